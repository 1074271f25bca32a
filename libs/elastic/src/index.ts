export { elasticDefaults, type ElasticDefaults, type ElasticLoad } from './elastic-defaults.js';
export { elastic } from './elastic.js';
export { ElasticRouteInterceptor } from './elastic-route.interceptor.js';
export { ElasticTracerError } from './elastic-tracer-error.js';
export type { ElasticOptions } from './options.js';

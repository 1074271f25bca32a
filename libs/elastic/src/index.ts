export {
  elasticDefaults,
  type ElasticDefaults,
  type ElasticLoad,
} from './settings/elastic-defaults.js';
export { elastic } from './elastic.js';
export { ElasticRouteInterceptor } from './http/elastic-route.interceptor.js';
export type { ElasticOptions } from './settings/options.js';

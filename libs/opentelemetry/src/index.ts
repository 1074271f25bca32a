export { opentelemetry } from './opentelemetry.js';
export { OpenTelemetryRouteInterceptor } from './http/opentelemetry-route.interceptor.js';
export type { OpenTelemetryOptions, RouteOptions } from './settings/options.js';

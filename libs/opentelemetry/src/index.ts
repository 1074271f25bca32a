export { opentelemetry } from './opentelemetry.js';
export { OpenTelemetryRouteInterceptor } from './opentelemetry-route.interceptor.js';
export { OpenTelemetryTracerError } from './opentelemetry-tracer-error.js';
export type { OpenTelemetryOptions, RouteOptions } from './options.js';

/**
 * A static property that marks an interceptor class as being for HTTP requests only. Even if such an interceptor is registered
 * globally, Throughline can call message handlers directly, provided that they have no other enhancers.
 *
 * @example
 * class RouteNames implements NestInterceptor {
 *   static readonly [HTTP_ONLY] = true;
 *   …
 * }
 */
export const HTTP_ONLY = Symbol.for('throughline.http-only');

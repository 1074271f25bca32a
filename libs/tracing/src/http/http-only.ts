/**
 * A static property that marks an interceptor class as being for HTTP requests only. If such an interceptor is global, message
 * handlers without their own enhancers can still be called directly.
 *
 * @example
 * class RouteNames implements NestInterceptor {
 *   static readonly [HTTP_ONLY] = true;
 *   …
 * }
 */
export const HTTP_ONLY = Symbol.for('throughline.http-only');

/**
 * A static property that marks an interceptor class as being for HTTP requests only. If you register such an interceptor
 * globally, Throughline can still call message handlers directly if they have no enhancers of their own.
 *
 * @example
 * class RouteNames implements NestInterceptor {
 *   static readonly [HTTP_ONLY] = true;
 *   …
 * }
 */
export const HTTP_ONLY = Symbol.for('throughline.http-only');

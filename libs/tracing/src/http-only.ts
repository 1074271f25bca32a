/**
 * Marks an interceptor class that concerns HTTP requests alone, as a static property. Made the whole application's, it then
 * does not stand in the way of handlers of messages, which are called as they are where nothing surrounds them.
 *
 * @example
 * class RouteNames implements NestInterceptor {
 *   static readonly [HTTP_ONLY] = true;
 *   …
 * }
 */
export const HTTP_ONLY = Symbol.for('throughline.http-only');

/** A request as Express or Fastify has routed it. Both know the whole route, with Nest's global prefix and version. */
export interface RoutedRequest {
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  readonly routeOptions?: { readonly url?: unknown };
}

/**
 * The route template of an HTTP request, for those who write a tracer; `undefined` if no route matched.
 *
 * @example
 * routeOf(context.switchToHttp().getRequest()) // '/orders/:id'
 */
export function routeOf({ baseUrl = '', route, routeOptions }: RoutedRequest): string | undefined {
  if (typeof route?.path === 'string') return baseUrl + route.path;
  return typeof routeOptions?.url === 'string' ? routeOptions.url : undefined;
}

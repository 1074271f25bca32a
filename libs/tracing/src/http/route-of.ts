/** A request that Express or Fastify has routed. Both know the complete route, including Nest's global prefix and version. */
export interface RoutedRequest {
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  readonly routeOptions?: { readonly url?: unknown };
}

/**
 * Returns the route template of an HTTP request, or `undefined` if no route matched. Use it when you implement a tracer.
 *
 * @example
 * routeOf(context.switchToHttp().getRequest()) // '/orders/:id'
 */
export function routeOf({ baseUrl = '', route, routeOptions }: RoutedRequest): string | undefined {
  if (typeof route?.path === 'string') return baseUrl + route.path;
  return typeof routeOptions?.url === 'string' ? routeOptions.url : undefined;
}

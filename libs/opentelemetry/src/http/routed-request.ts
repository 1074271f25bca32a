import type { Attributes } from '@opentelemetry/api';
import { parseTraceparent, parseTracestate } from 'throughline/tracing';
import { attribute } from '../spans/conventions.js';
import type { Carried } from '../context/span-contexts.js';

/** A request as Express or Fastify routed it; both name the whole route, with Nest's global prefix and version. */
export interface RoutedRequest {
  readonly method: string;
  readonly originalUrl?: string;
  readonly protocol?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  readonly routeOptions?: { readonly url?: unknown };
}

function routeOf({ baseUrl = '', route, routeOptions }: RoutedRequest): string | undefined {
  if (typeof route?.path === 'string') return baseUrl + route.path;
  return typeof routeOptions?.url === 'string' ? routeOptions.url : undefined;
}

/** `POST /orders`; the method alone where the route is not known. */
export function nameOf(request: RoutedRequest): string {
  const route = routeOf(request);
  return route === undefined ? request.method : `${request.method} ${route}`;
}

/** The conventions of HTTP servers. The query stays out: it may hold what is nobody's business. */
export function attributesOf(request: RoutedRequest): Attributes {
  const { method, originalUrl, protocol } = request;
  const route = routeOf(request);
  return {
    [attribute.httpMethod]: method,
    ...(route !== undefined && { [attribute.httpRoute]: route }),
    ...(originalUrl !== undefined && { [attribute.urlPath]: originalUrl.split('?', 1).join() }),
    ...(protocol !== undefined && { [attribute.urlScheme]: protocol }),
  };
}

const text = (header: string | readonly string[] | undefined): string =>
  typeof header === 'string' ? header : (header ?? []).join(',');

/** What the request says of its trace, where that is valid. */
export function carriedBy({ headers = {} }: RoutedRequest): Carried {
  const traceparent = text(headers.traceparent);
  if (parseTraceparent(traceparent) === undefined) return {};
  return { traceparent, tracestate: parseTracestate(text(headers.tracestate)) };
}

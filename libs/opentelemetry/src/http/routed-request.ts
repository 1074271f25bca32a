import type { Attributes } from '@opentelemetry/api';
import {
  parseTraceparent,
  parseTracestate,
  routeOf,
  type RoutedRequest,
} from 'throughline/tracing';
import { attribute } from '../spans/conventions.js';
import type { Carried } from '../context/span-contexts.js';

export interface HttpRequest extends RoutedRequest {
  readonly method: string;
  readonly originalUrl?: string;
  readonly protocol?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Returns the name of the request's span, such as `POST /orders`, or only the method if no route matched. */
export function nameOf(request: HttpRequest): string {
  const route = routeOf(request);
  return route === undefined ? request.method : `${request.method} ${route}`;
}

/** Returns the attributes that the conventions define for HTTP servers. The query is omitted, because it may contain secrets. */
export function attributesOf(request: HttpRequest): Attributes {
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

/** Returns the trace context of a request, if it is valid. */
export function carriedBy({ headers = {} }: HttpRequest): Carried {
  const traceparent = text(headers.traceparent);
  if (parseTraceparent(traceparent) === undefined) return {};
  return { traceparent, tracestate: parseTracestate(text(headers.tracestate)) };
}

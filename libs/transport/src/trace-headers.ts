import { headersFrom, type Headers } from '#base';
import type { Outbound } from './transport.js';

/**
 * Returns the headers of a message together with its trace context, for brokers whose headers are text. Headers that the user has
 * set take precedence. To read the context of a received message, use `readContext` of `throughline/tracing`.
 *
 * @example
 * const headers = withTraceContext(message); // traceparent, tracestate and message.headers
 */
export function withTraceContext({
  headers,
  traceparent,
  tracestate,
}: Pick<Outbound, 'headers' | 'traceparent' | 'tracestate'>): Headers {
  if (traceparent === undefined) return headers;
  const context = tracestate === undefined ? { traceparent } : { traceparent, tracestate };
  return headersFrom(Object.entries({ ...context, ...headers }));
}

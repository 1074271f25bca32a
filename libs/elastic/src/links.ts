import type { Link } from 'elastic-apm-node';
import { parseTraceparent, type Incoming, type TraceIds } from 'throughline/tracing';

/** Elastic's agents look at no more messages than these for a context (MSG:86). */
const MOST_LINKS = 1_000;

/** In the form that costs the agent least: a `traceparent` would be taken apart again. */
export const linkTo = ({ traceId, spanId }: TraceIds): Link => ({ context: { traceId, spanId } });

/** The span that a message was sent in. */
export function senderOf({ traceparent }: Incoming): TraceIds | undefined {
  const context = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return context && { traceId: context.traceId, spanId: context.parentId };
}

/** One link to each, each once. A new list each time: the agent keeps it, and may add to it. */
export function linksTo(spans: readonly (TraceIds | undefined)[]): { links?: Link[] } {
  const known = new Map(
    spans.flatMap((ids) => (ids ? [[`${ids.traceId}-${ids.spanId}`, ids] as const] : [])),
  );
  return known.size === 0 ? {} : { links: [...known.values()].map(linkTo) };
}

/** The contexts that the messages were sent in, each once. */
export const linksToMessages = (messages: readonly Incoming[]): { links?: Link[] } =>
  linksTo(messages.slice(0, MOST_LINKS).map(senderOf));

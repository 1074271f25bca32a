import type { Link } from 'elastic-apm-node';
import { parentOf, type Incoming, type TraceIds } from 'throughline/tracing';

/** Elastic's agents look at no more messages than these for a context (MSG:86). */
const MOST_LINKS = 1_000;

/** In the form that costs the agent least: a `traceparent` would be taken apart again. */
export const linkTo = (ids: TraceIds): Link => ({ context: ids });

/** The span that a message was sent in. */
export function senderOf(message: Incoming): TraceIds | undefined {
  const parent = parentOf(message);
  return parent && { traceId: parent.traceId, spanId: parent.parentId };
}

/** One link to each, each once. A new list each time: the agent keeps it, and may add to it. */
export function linksTo(spans: readonly (TraceIds | undefined)[]): { links?: Link[] } {
  const traceOf = new Map<string, string>();
  const links: Link[] = [];
  for (const ids of spans) {
    // Two traces with a span of the same id would take turns here, and at the worst one of them is linked twice.
    if (ids === undefined || traceOf.get(ids.spanId) === ids.traceId) continue;
    traceOf.set(ids.spanId, ids.traceId);
    links.push(linkTo(ids));
  }
  return links.length === 0 ? {} : { links };
}

/** The contexts that the messages were sent in, each once. */
export const linksToMessages = (messages: readonly Incoming[]): { links?: Link[] } =>
  linksTo(messages.slice(0, MOST_LINKS).map(senderOf));

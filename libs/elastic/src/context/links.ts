import type { Link } from 'elastic-apm-node';
import { parentOf, type Incoming, type TraceIds } from 'throughline/tracing';

/** Elastic's agents link to no more messages than this (MSG:86). */
const MAX_LINKS = 1_000;

/** In the form that costs the agent least: it would have to parse a `traceparent`. */
export const linkTo = (ids: TraceIds): Link => ({ context: ids });

/** The span in which a message was sent. */
export function senderOf(message: Incoming): TraceIds | undefined {
  const parent = parentOf(message);
  return parent && { traceId: parent.traceId, spanId: parent.parentId };
}

/** Links to spans, each once. The list is new each time, since the agent stores it and may add to it. */
export function linksTo(spans: readonly (TraceIds | undefined)[]): { links?: Link[] } {
  const traceOf = new Map<string, string>();
  const links: Link[] = [];
  for (const ids of spans) {
    // If two traces have a span of the same id, one of them may be linked twice.
    if (ids === undefined || traceOf.get(ids.spanId) === ids.traceId) continue;
    traceOf.set(ids.spanId, ids.traceId);
    links.push(linkTo(ids));
  }
  return links.length === 0 ? {} : { links };
}

/** Links to the contexts of messages, each once. */
export const linksToMessages = (messages: readonly Incoming[]): { links?: Link[] } =>
  linksTo(messages.slice(0, MAX_LINKS).map(senderOf));

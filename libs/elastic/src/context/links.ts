import type { Link } from 'elastic-apm-node';
import { parentOf, type Incoming, type TraceIds } from 'throughline/tracing';

/** The maximum number of messages to which Elastic's agents link (MSG:86). */
const MAX_LINKS = 1_000;

/**
 * Creates a link in the form that is cheapest for the agent. If the link contained a `traceparent`, the agent would first have to
 * parse it.
 */
export const linkTo = (ids: TraceIds): Link => ({ context: ids });

/** Returns the ids of the span in which a message was sent. */
export function senderOf(message: Incoming): TraceIds | undefined {
  const parent = parentOf(message);
  return parent && { traceId: parent.traceId, spanId: parent.parentId };
}

/**
 * Returns links to spans, without duplicates. Returns a new list each time, because the agent stores the list and may add to it.
 */
export function linksTo(spans: readonly (TraceIds | undefined)[]): { links?: Link[] } {
  const traceOf = new Map<string, string>();
  const links: Link[] = [];
  for (const ids of spans) {
    // If spans of two traces have the same id, one of them may be linked twice.
    if (ids === undefined || traceOf.get(ids.spanId) === ids.traceId) continue;
    traceOf.set(ids.spanId, ids.traceId);
    links.push(linkTo(ids));
  }
  return links.length === 0 ? {} : { links };
}

/** Returns links to the contexts of messages, without duplicates. */
export const linksToMessages = (messages: readonly Incoming[]): { links?: Link[] } =>
  linksTo(messages.slice(0, MAX_LINKS).map(senderOf));

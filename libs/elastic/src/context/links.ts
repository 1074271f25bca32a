import type { Link } from 'elastic-apm-node';
import { parentOf, type Incoming, type TraceIds } from 'throughline/tracing';

/** The maximum number of messages that Elastic's agents link to (MSG:86). */
const MAX_LINKS = 1_000;

/** Creates a link in the form that is cheapest for the agent. From a `traceparent`, the agent would have to parse it first. */
export const linkTo = (ids: TraceIds): Link => ({ context: ids });

/** Returns the ids of the span in which a message was sent. */
export function senderOf(message: Incoming): TraceIds | undefined {
  const parent = parentOf(message);
  return parent && { traceId: parent.traceId, spanId: parent.parentId };
}

/** Returns links to spans, without duplicates. The list is new each time, since the agent stores it and may add to it. */
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

/** Returns links to the contexts of messages, without duplicates. */
export const linksToMessages = (messages: readonly Incoming[]): { links?: Link[] } =>
  linksTo(messages.slice(0, MAX_LINKS).map(senderOf));

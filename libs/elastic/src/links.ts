import type { Link } from 'elastic-apm-node';
import { parseTraceparent, type Incoming, type TraceIds } from 'throughline/tracing';

/** Elastic's agents look at no more messages than these for a context (MSG:86). */
const MOST_LINKS = 1_000;

/** In the form that costs the agent least: a `traceparent` would be taken apart again. */
const linkTo = ({ traceId, spanId }: TraceIds): Link => ({ context: { traceId, spanId } });

/** A new list each time: the agent keeps it, and may add to it. */
export const linksToBatch = (batch: TraceIds | undefined): { links?: Link[] } =>
  batch === undefined ? {} : { links: [linkTo(batch)] };

/** The contexts that the messages were sent in, each once. */
export function linksToMessages(messages: readonly Incoming[]): { links: Link[] } {
  const contexts = new Set(messages.slice(0, MOST_LINKS).map(({ traceparent }) => traceparent));
  const links = [...contexts].flatMap((traceparent) => {
    const context = traceparent === undefined ? undefined : parseTraceparent(traceparent);
    return context === undefined
      ? []
      : [linkTo({ traceId: context.traceId, spanId: context.parentId })];
  });
  return { links };
}

import type { Link, SpanContext } from '@opentelemetry/api';
import type { Incoming, Run } from 'throughline/tracing';
import type { Api } from '../sdk/load-api.js';
import { carriedContext, contextOf } from '../context/span-contexts.js';

/** As many messages as Elastic's agents look at for a context (elastic/apm MSG:86); the conventions name no number. */
const MOST_LINKS = 1_000;

const none: Link[] = [];

/** The contexts that the messages were sent in, each once. */
export function linksToMessages(api: Api, messages: readonly Incoming[]): Link[] {
  const contexts = new Map<string, SpanContext>();
  for (const message of messages.slice(0, MOST_LINKS)) {
    const { traceparent } = message;
    if (traceparent === undefined || contexts.has(traceparent)) continue;
    const context = carriedContext(api, message);
    if (context !== undefined) contexts.set(traceparent, context);
  }
  return [...contexts.values()].map((context) => ({ context }));
}

/** The batch that a run is part of, the runs that led to it, and the context that it does not continue. */
export function linksOfRun(
  { batch, earlier, trace }: Run,
  carried: SpanContext | undefined,
): Link[] {
  if (batch === undefined && earlier === undefined && trace !== 'link') return none;
  // Each message of a batch has this one.
  if (batch !== undefined && earlier === undefined && trace !== 'link')
    return [{ context: contextOf(batch) }];
  const origin = trace === 'link' && carried !== undefined ? [carried] : [];
  const runs = batch === undefined ? (earlier ?? []) : [batch, ...(earlier ?? [])];
  return [...origin, ...runs.map(contextOf)].map((context) => ({ context }));
}

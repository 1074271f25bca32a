import type { Link, SpanContext } from '@opentelemetry/api';
import type { Incoming, Run } from 'throughline/tracing';
import type { Api } from '../sdk/load-api.js';
import { carriedContext, contextOf } from '../context/span-contexts.js';

/** The maximum number of links, as in Elastic's agents (elastic/apm MSG:86). The conventions have no limit. */
const MAX_LINKS = 1_000;

const none: Link[] = [];

/** Returns links to the contexts of messages, without duplicates. */
export function linksToMessages(api: Api, messages: readonly Incoming[]): Link[] {
  const contexts = new Map<string, SpanContext>();
  for (const message of messages.slice(0, MAX_LINKS)) {
    const { traceparent } = message;
    if (traceparent === undefined || contexts.has(traceparent)) continue;
    const context = carriedContext(api, message);
    if (context !== undefined) contexts.set(traceparent, context);
  }
  return [...contexts.values()].map((context) => ({ context }));
}

/**
 * Returns the links of a run: to its batch, to earlier runs, and, if the run does not continue the message's trace, to the
 * message's context.
 */
export function linksOfRun(
  { batch, earlier, trace }: Run,
  carried: SpanContext | undefined,
): Link[] {
  if (batch === undefined && earlier === undefined && trace !== 'link') return none;
  // The most frequent case: each message of a batch has this link.
  if (batch !== undefined && earlier === undefined && trace !== 'link')
    return [{ context: contextOf(batch) }];
  const origin = trace === 'link' && carried !== undefined ? [carried] : [];
  const runs = batch === undefined ? (earlier ?? []) : [batch, ...(earlier ?? [])];
  return [...origin, ...runs.map(contextOf)].map((context) => ({ context }));
}

import type { Span } from '@opentelemetry/api';
import type { End, Incoming, Run } from 'throughline/tracing';
import { describeEndpoint, type Operation } from './attributes.js';
import { attribute, ours } from './conventions.js';
import type { Measured } from '../metrics/instruments.js';
import { linksToMessages } from './links.js';
import { errorType } from './report-error.js';
import { hasDroppedLinks } from '../sdk/internals.js';
import { isTraced, type Setting } from '../sdk/access.js';
import { idsOf } from '../context/span-contexts.js';
import { SpanWork } from './span-work.js';

const RECEIVE: Operation = { name: 'receive', type: 'receive' };

function open(
  { api, guard, tracer }: Setting,
  messages: readonly Incoming[],
  { system, destination, address, port, region, facts }: Incoming,
  { handler }: Pick<Run, 'handler'>,
): Span {
  const endpoint = {
    system,
    destination,
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
    ...(region !== undefined && { region }),
    // Of the facts of its messages only the group is the same for all.
    ...(facts?.group !== undefined && { facts: { group: facts.group } }),
  };
  const links = linksToMessages(api, messages);
  const attributes = describeEndpoint(endpoint, RECEIVE);
  attributes[attribute.messageCount] = messages.length;
  attributes[ours.handler] = handler;
  const span = tracer().startSpan(
    `receive ${destination}`,
    // The conventions' kind for a receive; a consumer's span is that of each message.
    { kind: api.SpanKind.CLIENT, attributes, links },
    api.ROOT_CONTEXT,
  );
  if (hasDroppedLinks(span)) {
    guard.once(
      'links',
      () =>
        `A batch of ${messages.length} messages came from ${links.length} spans, and the SDK keeps links to fewer. ` +
        'Set OTEL_SPAN_LINK_COUNT_LIMIT=1000.',
    );
  }
  return span;
}

function measuring(
  { instruments }: Setting,
  endpoint: Incoming,
  count: number,
): ((end: End) => void) | undefined {
  const taking = instruments();
  if (taking === undefined) return undefined;
  const measured: Measured = { endpoint, operation: RECEIVE };
  taking.consumed(measured, count);
  const start = performance.now();
  return ({ failed, error }) => {
    const seconds = (performance.now() - start) / 1_000;
    taking.received({ ...measured, errorType: failed ? errorType(error) : undefined }, seconds);
  };
}

/** Opens the span of one call of a batch handler: a root, linked to the context of each message. */
export function batchSpan(
  setting: Setting,
  messages: readonly Incoming[],
  run: Pick<Run, 'handler'>,
): SpanWork | undefined {
  const [first] = messages;
  if (first === undefined) return undefined;
  const { guard } = setting;
  const span = open(setting, messages, first, run);
  const context = span.spanContext();
  const entered = setting.entering(span);
  const isKnown = isTraced(setting, context, undefined);
  if (isKnown) setting.checkContextManager(entered);
  return new SpanWork(setting, {
    span,
    entered,
    ids: isKnown ? idsOf(context) : undefined,
    measure: guard.attempt(() => measuring(setting, first, messages.length)),
  });
}

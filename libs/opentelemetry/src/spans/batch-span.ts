import type { Span } from '@opentelemetry/api';
import type { End, Incoming, Run } from 'throughline/tracing';
import { describeEndpoint, type Operation } from './attributes.js';
import { attribute, ours } from './conventions.js';
import type { Measured } from '../metrics/instruments.js';
import { linksToMessages } from './links.js';
import { errorType } from './report-error.js';
import { hasDroppedLinks } from '../sdk/internals.js';
import { isTraced, type SdkAccess } from '../sdk/access.js';
import { idsOf } from '../context/span-contexts.js';
import { SpanWork } from './span-work.js';

const RECEIVE: Operation = { name: 'receive', type: 'receive' };

function open(
  { api, guard, tracer }: SdkAccess,
  messages: readonly Incoming[],
  { system, systemFacts, destination, address, port, region, facts }: Incoming,
  { handler }: Pick<Run, 'handler'>,
): Span {
  const endpoint = {
    system,
    systemFacts,
    destination,
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
    ...(region !== undefined && { region }),
    // Of all facts, only the group is the same for all messages.
    ...(facts?.group !== undefined && { facts: { group: facts.group } }),
  };
  const links = linksToMessages(api, messages);
  const attributes = describeEndpoint(endpoint, RECEIVE);
  attributes[attribute.messageCount] = messages.length;
  attributes[ours.handler] = handler;
  const span = tracer().startSpan(
    `receive ${destination}`,
    // The conventions define this kind for a receive. The span of each message has the kind CONSUMER.
    { kind: api.SpanKind.CLIENT, attributes, links },
    api.ROOT_CONTEXT,
  );
  if (hasDroppedLinks(span)) {
    guard.warnOnce(
      'links',
      () =>
        `The span of a batch of ${messages.length} messages needs ${links.length} links, but the SDK dropped some of them. ` +
        "Set OTEL_SPAN_LINK_COUNT_LIMIT=1000 to raise the SDK's limit.",
    );
  }
  return span;
}

function measuring(
  { instruments }: SdkAccess,
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

/** Opens the span for one call of a batch handler. It is a root span with links to the contexts of the messages. */
export function batchSpan(
  access: SdkAccess,
  messages: readonly Incoming[],
  run: Pick<Run, 'handler'>,
): SpanWork | undefined {
  const [first] = messages;
  if (first === undefined) return undefined;
  const { guard } = access;
  const span = open(access, messages, first, run);
  const context = span.spanContext();
  const entered = access.contextWith(span);
  const isKnown = isTraced(access, context, undefined);
  if (isKnown) access.checkContextManager(entered);
  return new SpanWork(access, {
    span,
    entered,
    ids: isKnown ? idsOf(context) : undefined,
    measure: guard.attempt(() => measuring(access, first, messages.length)),
  });
}

import type { Span, SpanContext } from '@opentelemetry/api';
import type { End, Incoming, Run, Work } from 'throughline/tracing';
import { describeMessage, describeRun, type Operation } from './attributes.js';
import type { Measured } from '../metrics/instruments.js';
import { linksOfRun } from './links.js';
import { errorType } from './report-error.js';
import { isTraced, type SdkAccess } from '../sdk/access.js';
import { carriedContext, idsOf, isSampled } from '../context/span-contexts.js';
import { SpanWork } from './span-work.js';
import { UnsampledWork } from './unsampled-work.js';

const PROCESS: Operation = { name: 'process', type: 'process' };

/** Opens the span of a message. The span's parent is the context in the message, whatever the current span is. */
function open(
  { api, guard, tracer, contextWith }: SdkAccess,
  message: Incoming,
  run: Run,
  carried: SpanContext | undefined,
): Span {
  const links = linksOfRun(run, carried);
  const isRoot = carried === undefined || run.trace === 'link';
  const { facts } = message;
  const span = tracer().startSpan(
    `process ${message.destination}`,
    {
      kind: api.SpanKind.CONSUMER,
      attributes: describeRun(message, run, PROCESS, facts),
      ...(links.length > 0 && { links }),
    },
    isRoot ? api.ROOT_CONTEXT : contextWith(api.trace.wrapSpanContext(carried)),
  );
  // This is a separate attempt, so that a started span is ended even if this part fails.
  guard.attempt(() => {
    if (span.isRecording()) describeMessage(span, message, run, facts);
  });
  return span;
}

const outcomeOf = ({ labels }: End): string | undefined =>
  labels?.outcome === undefined ? undefined : String(labels.outcome);

/**
 * Counts a message if it is not in a batch, because the messages of a batch are already counted. Returns the function that
 * records the message's metrics at the end.
 */
function measuring(
  { instruments }: SdkAccess,
  endpoint: Incoming,
  run: Run,
): ((end: End) => void) | undefined {
  const taking = instruments();
  if (taking === undefined) return undefined;
  const measured: Measured = { endpoint, operation: PROCESS };
  if (run.batch === undefined) taking.consumed(measured, 1);
  const start = performance.now();
  return (end) => {
    const seconds = (performance.now() - start) / 1_000;
    const failure = end.failed ? errorType(end.error) : undefined;
    taking.processed({ ...measured, outcome: outcomeOf(end), errorType: failure }, seconds);
  };
}

/** Whether a message gets no span, because the decision of its producer not to sample the trace is passed on. */
const isUnsampled = (
  { isNonRecording }: SdkAccess,
  { trace }: Run,
  carried: SpanContext | undefined,
): carried is SpanContext =>
  isNonRecording && carried !== undefined && !isSampled(carried) && trace !== 'link';

/** Opens the span for one run of a handler with a message. */
export function processSpan(access: SdkAccess, message: Incoming, run: Run): Work {
  const { api, guard } = access;
  const carried = carriedContext(api, message);
  const isNonRecording = isUnsampled(access, run, carried);
  const span = isNonRecording
    ? api.trace.wrapSpanContext(carried)
    : open(access, message, run, carried);
  const entered = access.contextWith(span);
  const measure = guard.attempt(() => measuring(access, message, run));
  if (isNonRecording) {
    access.checkContextManager(entered);
    return new UnsampledWork(access, { ids: idsOf(carried), entered, measure });
  }
  const context = span.spanContext();
  const isKnown = isTraced(access, context, carried);
  if (isKnown) access.checkContextManager(entered);
  const ids = isKnown ? idsOf(context) : undefined;
  return new SpanWork(access, { span, entered, ids, message, measure });
}

import type { Span, SpanContext } from '@opentelemetry/api';
import type { End, Incoming, Run, Work } from 'throughline/tracing';
import { describeMessage, describeRun, type Operation } from './attributes.js';
import type { Measured } from '../metrics/instruments.js';
import { linksOfRun } from './links.js';
import { errorType } from './report-error.js';
import { isTraced, type Setting } from '../sdk/access.js';
import { carriedContext, idsOf, isSampled } from '../context/span-contexts.js';
import { SpanWork } from './span-work.js';
import { UnseenWork } from './unsampled-work.js';

const PROCESS: Operation = { name: 'process', type: 'process' };

/** Below the context in the message, whatever is current here. */
function open(
  { api, guard, tracer, entering }: Setting,
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
    isRoot ? api.ROOT_CONTEXT : entering(api.trace.wrapSpanContext(carried)),
  );
  // By itself, so that a span that was started is ended whatever goes wrong here.
  guard.attempt(() => {
    if (span.isRecording()) describeMessage(span, message, run, facts);
  });
  return span;
}

const outcomeOf = ({ labels }: End): string | undefined =>
  labels?.outcome === undefined ? undefined : String(labels.outcome);

/** Counts a message, and gives what is to be measured at its end. A batch has counted those that are part of it. */
function measuring(
  { instruments }: Setting,
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

/** A message that nobody is going to see: its producer's decision goes on, and nothing is opened. */
const isUnseen = (
  { isLean }: Setting,
  { trace }: Run,
  carried: SpanContext | undefined,
): carried is SpanContext =>
  isLean && carried !== undefined && !isSampled(carried) && trace !== 'link';

/** Opens the span of one run over a message. */
export function processSpan(setting: Setting, message: Incoming, run: Run): Work {
  const { api, guard } = setting;
  const carried = carriedContext(api, message);
  const isLean = isUnseen(setting, run, carried);
  const span = isLean ? api.trace.wrapSpanContext(carried) : open(setting, message, run, carried);
  const entered = setting.entering(span);
  const measure = guard.attempt(() => measuring(setting, message, run));
  if (isLean) {
    setting.checkContextManager(entered);
    return new UnseenWork(setting, { ids: idsOf(carried), entered, measure });
  }
  const context = span.spanContext();
  const isKnown = isTraced(setting, context, carried);
  if (isKnown) setting.checkContextManager(entered);
  const ids = isKnown ? idsOf(context) : undefined;
  return new SpanWork(setting, { span, entered, ids, message, measure });
}

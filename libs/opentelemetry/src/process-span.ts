import type { Span, SpanContext } from '@opentelemetry/api';
import type { End, Incoming, Run } from 'throughline/tracing';
import { describeMessage, type Operation } from './attributes.js';
import type { Measured } from './instruments.js';
import { linksOfRun } from './links.js';
import { errorType } from './report-error.js';
import { isTraced, type Setting } from './setting.js';
import { settleSpan } from './settle-span.js';
import { carriedContext, idsOf, isSampled } from './span-contexts.js';
import { SpanWork } from './span-work.js';

const PROCESS: Operation = { name: 'process', type: 'process' };

/** Below the context in the message, whatever is current here. */
function open(
  { api, tracer }: Setting,
  message: Incoming,
  run: Run,
  carried: SpanContext | undefined,
): Span {
  const links = linksOfRun(run, carried);
  const isRoot = carried === undefined || run.trace === 'link';
  return tracer().startSpan(
    `process ${message.destination}`,
    {
      kind: api.SpanKind.CONSUMER,
      attributes: describeMessage(message, run, PROCESS),
      ...(links.length > 0 && { links: [...links] }),
    },
    isRoot ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, carried),
  );
}

const outcomeOf = ({ labels }: End): string | undefined =>
  labels?.outcome === undefined ? undefined : String(labels.outcome);

/** Counts a message, and gives what is to be measured at its end. A batch has counted those that are part of it. */
function measuring({ instruments }: Setting, endpoint: Incoming, run: Run): (end: End) => void {
  const taking = instruments();
  if (taking === undefined) return () => undefined;
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
export function processSpan(setting: Setting, message: Incoming, run: Run): SpanWork {
  const { api, guard } = setting;
  const carried = carriedContext(api, message);
  const isLean = isUnseen(setting, run, carried);
  const span = isLean ? api.trace.wrapSpanContext(carried) : open(setting, message, run, carried);
  const context = span.spanContext();
  const entered = api.trace.setSpan(api.ROOT_CONTEXT, span);
  const isKnown = isLean || isTraced(setting, context, carried);
  if (isKnown) setting.checkContextManager(entered);
  return new SpanWork(setting, {
    span,
    entered,
    ids: isKnown ? idsOf(context) : undefined,
    conclude: ({ labels }) => settleSpan(setting, message, labels, entered),
    measure: guard.attempt(() => measuring(setting, message, run)) ?? (() => undefined),
  });
}

import type { Span } from '@opentelemetry/api';
import type { Labels, Outgoing, Sending } from 'throughline/tracing';
import { describeEndpoint, setLabels, type Operation } from './attributes.js';
import { errorType, reportError } from './report-error.js';
import type { Setting } from '../sdk/access.js';
import { isSampled, written } from '../context/span-contexts.js';

const SEND: Operation = { name: 'send', type: 'send' };

type Ending = Sending['end'];

/** Opens the span, below what is current; where that is not sampled and nobody wants more, it stands for both. */
function open({ api, tracer, isLean }: Setting, to: Outgoing): Span | undefined {
  const active = api.context.active();
  const current = api.trace.getSpan(active);
  if (current === undefined) return undefined;
  const context = current.spanContext();
  // With nothing current a send would become a root of its own.
  if (!api.isSpanContextValid(context)) return undefined;
  if (isLean && !current.isRecording() && !isSampled(context))
    return api.trace.wrapSpanContext(context);
  const attributes = describeEndpoint(to, SEND);
  return tracer().startSpan(
    `send ${to.destination}`,
    { kind: api.SpanKind.PRODUCER, attributes },
    active,
  );
}

function measuring({ instruments }: Setting, endpoint: Outgoing): Ending {
  const taking = instruments();
  if (taking === undefined) return () => undefined;
  const start = performance.now();
  return (error, labels) => {
    const seconds = (performance.now() - start) / 1_000;
    const failure = error === undefined ? undefined : errorType(error);
    const measured = { endpoint, operation: SEND, errorType: failure };
    taking.sent(measured, seconds, labels?.trace_context);
  };
}

function describe({ api }: Setting, span: Span, error: unknown, labels: Labels | undefined): void {
  if (!span.isRecording()) return;
  if (labels !== undefined) setLabels(span, labels);
  if (error !== undefined) reportError(api, span, error);
}

function ending(setting: Setting, span: Span | undefined, measure: Ending | undefined): Ending {
  const { guard, losses } = setting;
  let ended = false;
  return (error, labels) => {
    if (ended) return;
    ended = true;
    if (span !== undefined) {
      guard.attempt(() => describe(setting, span, error, labels));
      guard.attempt(() => {
        span.end();
        losses.look();
      });
    }
    guard.attempt(() => measure?.(error, labels));
  };
}

/** The span of one send: only where something is current, never current itself. It is counted in any case. */
export function sendSpan(setting: Setting, to: Outgoing): Sending {
  const { api, guard } = setting;
  const measure = guard.attempt(() => measuring(setting, to));
  const span = guard.attempt(() => open(setting, to));
  const context = span && guard.attempt(() => written(api, span.spanContext()));
  return { ...context, end: ending(setting, span, measure) };
}

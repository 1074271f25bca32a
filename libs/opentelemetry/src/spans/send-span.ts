import type { Span } from '@opentelemetry/api';
import type { Labels, Outgoing, Sending } from 'throughline/tracing';
import { describeEndpoint, setLabels, type Operation } from './attributes.js';
import { errorType, reportError } from './report-error.js';
import type { SdkAccess } from '../sdk/access.js';
import { isSampled, written } from '../context/span-contexts.js';

const SEND: Operation = { name: 'send', type: 'send' };

type Ending = Sending['end'];

/**
 * Opens the span of a send as a child of the current span. If the current span is not sampled and `unsampled` is `non-recording`,
 * opens no span, and returns one that only passes on the current span's context.
 */
function open({ api, tracer, isNonRecording }: SdkAccess, to: Outgoing): Span | undefined {
  const active = api.context.active();
  const current = api.trace.getSpan(active);
  if (current === undefined) return undefined;
  const context = current.spanContext();
  // Without a valid current span, the span of the send would be a root.
  if (!api.isSpanContextValid(context)) return undefined;
  if (isNonRecording && !current.isRecording() && !isSampled(context))
    return api.trace.wrapSpanContext(context);
  const attributes = describeEndpoint(to, SEND);
  return tracer().startSpan(
    `send ${to.destination}`,
    { kind: api.SpanKind.PRODUCER, attributes },
    active,
  );
}

function measuring({ instruments }: SdkAccess, endpoint: Outgoing): Ending {
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

function describe(
  { api }: SdkAccess,
  span: Span,
  error: unknown,
  labels: Labels | undefined,
): void {
  if (!span.isRecording()) return;
  if (labels !== undefined) setLabels(span, labels);
  if (error !== undefined) reportError(api, span, error);
}

function ending(access: SdkAccess, span: Span | undefined, measure: Ending | undefined): Ending {
  const { guard, losses } = access;
  let ended = false;
  return (error, labels) => {
    if (ended) return;
    ended = true;
    if (span !== undefined) {
      guard.attempt(() => describe(access, span, error, labels));
      guard.attempt(() => {
        span.end();
        losses.look();
      });
    }
    guard.attempt(() => measure?.(error, labels));
  };
}

/**
 * Opens the span of one send. The span exists only if there is a current span, and never becomes current itself. The send is
 * counted in any case.
 */
export function sendSpan(access: SdkAccess, to: Outgoing): Sending {
  const { api, guard } = access;
  const measure = guard.attempt(() => measuring(access, to));
  const span = guard.attempt(() => open(access, to));
  const context = span && guard.attempt(() => written(api, span.spanContext()));
  return { ...context, end: ending(access, span, measure) };
}

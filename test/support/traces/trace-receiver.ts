import { startRecorder } from 'throughline/recorder';
import { tracedInto } from '../programs/order-service.js';
import { OtlpReceiver } from './otlp-receiver.js';

/** A span of either protocol, with what is needed to walk through a trace. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** Receives the traces of a program. */
export interface TraceReceiver extends AsyncDisposable {
  /** The program's environment variables. */
  readonly env: Readonly<Record<string, string>>;
  spans(): readonly SeenSpan[];
}

/** Uses the intake protocol of Elastic's agents. */
export async function elasticTraceReceiver(): Promise<TraceReceiver> {
  const recorder = await startRecorder();
  return {
    env: tracedInto(recorder.url),
    spans: () =>
      [...recorder.transactions, ...recorder.spans].map((event) => ({
        traceId: event.trace_id,
        spanId: event.id,
        parentId: event.parent_id ?? undefined,
        name: event.name ?? '',
        links: (event.links ?? []).map((link) => ({
          traceId: link.trace_id,
          spanId: link.span_id,
        })),
      })),
    [Symbol.asyncDispose]: () => recorder.close(),
  };
}

/** Uses OpenTelemetry's protocol. */
export async function openTelemetryTraceReceiver(): Promise<TraceReceiver> {
  const receiver = await OtlpReceiver.open();
  return {
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'mixed-chain', OTEL_LOGS_EXPORTER: 'none' },
    spans: () =>
      receiver.spans.map(({ traceId, spanId, parentSpanId, name, links }) => ({
        traceId,
        spanId,
        parentId: parentSpanId,
        name,
        links,
      })),
    [Symbol.asyncDispose]: () => receiver.close(),
  };
}

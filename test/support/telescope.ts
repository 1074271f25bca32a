import { startRecorder } from 'throughline/recorder';
import { tracedInto } from './order-service.js';
import { OtlpReceiver } from './otlp-receiver.js';

/** A span of either standard, as far as a walk through a trace needs it. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** Sees what a program reports of its traces. */
export interface Telescope extends AsyncDisposable {
  /** What the program gets in its environment. */
  readonly env: Readonly<Record<string, string>>;
  spans(): readonly SeenSpan[];
}

/** Through the intake protocol of Elastic's agents. */
export async function elasticTelescope(): Promise<Telescope> {
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

/** Through OpenTelemetry's protocol. */
export async function openTelemetryTelescope(): Promise<Telescope> {
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

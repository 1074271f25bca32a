import type { Tracer } from 'throughline/tracing';

/** A span as it reached its backend. */
export interface SeenSpan {
  readonly name: string;
  /** Everything that the span shows, as JSON. */
  readonly shows: string;
}

/** A tracer with a backend in this process. */
export interface RunningTracer {
  readonly tracer: Tracer;
  /** All spans so far. */
  readonly spans: () => Promise<readonly SeenSpan[]>;
  readonly stop: () => Promise<void>;
}

async function startElastic(): Promise<RunningTracer> {
  const { default: agent } = await import('elastic-apm-node');
  const { elastic } = await import('throughline/elastic');
  const { startRecorder } = await import('throughline/recorder');
  const recorder = await startRecorder();
  agent.start({
    serverUrl: recorder.url,
    serviceName: 'ledger',
    logLevel: 'off',
    centralConfig: false,
    cloudProvider: 'none',
    metricsInterval: '0s',
    captureExceptions: false,
    apiRequestTime: '1s',
    maxQueueSize: 100_000,
  });
  return {
    tracer: elastic(),
    spans: async () => {
      await agent.flush();
      const { transactions, spans } = recorder.snapshot();
      return [...transactions, ...spans].map((one) => ({
        name: one.name ?? '',
        shows: JSON.stringify(one),
      }));
    },
    stop: async () => {
      await agent.destroy();
      await recorder.close();
    },
  };
}

async function startOpenTelemetry(): Promise<RunningTracer> {
  const { NodeSDK, tracing } = await import('@opentelemetry/sdk-node');
  const { opentelemetry } = await import('throughline/opentelemetry');
  const exporter = new tracing.InMemorySpanExporter();
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    tracer: opentelemetry(),
    spans: () =>
      Promise.resolve(
        exporter.getFinishedSpans().map(({ name, attributes }) => ({
          name,
          shows: JSON.stringify(attributes),
        })),
      ),
    stop: () => sdk.shutdown(),
  };
}

/** @param name `elastic` or `opentelemetry` */
export function startTracer(name: string | undefined): Promise<RunningTracer> {
  switch (name) {
    case 'elastic':
      return startElastic();
    case 'opentelemetry':
      return startOpenTelemetry();
    default:
      throw new Error('Name a tracer: elastic or opentelemetry.');
  }
}

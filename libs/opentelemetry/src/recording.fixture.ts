import { api, metrics, NodeSDK, tracing, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import type { Incoming, Outgoing, Run, SystemFacts, Tracer } from 'throughline/tracing';
import { isObject } from '#base';
import { opentelemetry } from './opentelemetry.js';
import type { OpenTelemetryOptions } from './settings/options.js';

export type RecordedSpan = ReturnType<tracing.InMemorySpanExporter['getFinishedSpans']>[number];

/** One value of a metric, with its metric and its attributes. */
export interface Point {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** A sum, or the number of values in a histogram. */
  readonly value: number;
}

/** The real SDK, with exporters that store what they receive. */
export interface Recording {
  readonly tracer: Tracer;
  readonly warnings: readonly string[];
  /** The spans that have ended, in the order of their ends. */
  readonly spans: readonly RecordedSpan[];
  named(name: string): RecordedSpan;
  points(): Promise<readonly Point[]>;
  stop(): Promise<void>;
}

const valueOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  if (isObject(value) && 'count' in value) return Number(value.count);
  throw new Error('A metric of an unknown kind.');
};

/** Removes everything that is registered with the API, so that another SDK can be registered. */
export function unregister(): void {
  for (const registered of [api.trace, api.context, api.metrics, api.propagation])
    registered.disable();
}

export function record(
  options: OpenTelemetryOptions = {},
  sdkOptions: Partial<NodeSDKConfiguration> = {},
): Recording {
  const exporter = new tracing.InMemorySpanExporter();
  const measured = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter: measured });
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [reader],
    logRecordProcessors: [],
    ...sdkOptions,
  });
  sdk.start();
  const warnings: string[] = [];
  return {
    tracer: opentelemetry({ warn: (message) => warnings.push(message), ...options }),
    warnings,
    get spans() {
      return exporter.getFinishedSpans();
    },
    named(name) {
      const [span, ...others] = exporter.getFinishedSpans().filter((one) => one.name === name);
      if (span === undefined || others.length > 0)
        throw new Error(`${others.length + (span ? 1 : 0)} spans are called "${name}".`);
      return span;
    },
    async points() {
      await reader.forceFlush();
      return (measured.getMetrics().at(-1)?.scopeMetrics ?? []).flatMap((scope) =>
        scope.metrics.flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => ({
            metric: descriptor.name,
            attributes,
            value: valueOf(value),
          })),
        ),
      );
    },
    async stop() {
      await sdk.shutdown();
      unregister();
    },
  };
}

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const PARENT_ID = 'b7ad6b7169203331';
export const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;
export const UNSAMPLED = `00-${TRACE_ID}-${PARENT_ID}-00`;

/** As the SQS transport has them. */
export const sqsFacts: SystemFacts = {
  label: 'SQS',
  convention: 'aws_sqs',
  attributes: { url: 'aws.sqs.queue.url' },
  cloud: { provider: 'aws', service: 'sqs' },
};

/** As the Kafka transport has them. */
export const kafkaFacts: SystemFacts = {
  attributes: {
    offset: 'messaging.kafka.offset',
    key: 'messaging.kafka.message.key',
    tombstone: 'messaging.kafka.message.tombstone',
  },
};

/** A message on an SQS queue, and the run of its handler. */
export const sqsMessage: Incoming = {
  system: 'sqs',
  systemFacts: sqsFacts,
  destination: 'my-order-queue',
  id: 'm-1',
};
export const run: Run = { handler: 'OrderProcessor.process', attempt: 1 };
export const toKafka: Outgoing = { system: 'kafka', destination: 'order_events' };
export const done = { failed: false, labels: { outcome: 'ack' } } as const;

import { describe, expect, it, jest } from '@jest/globals';
import { api, NodeSDK, tracing } from '@opentelemetry/sdk-node';
import agent from 'elastic-apm-node';
import { kafka } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import { none, type TraceIds } from 'throughline/tracing';
import type { OpenTracer, TracedSpan } from './contract.js';
import { openBrokenElastic, openElastic } from './elastic-subject.fixture.js';
import {
  openBrokenOpenTelemetry,
  openOpenTelemetry,
  type RunningSdk,
} from './opentelemetry-subject.fixture.js';
import { BATCH, tellStory, type Told } from './broker-story.fixture.js';
import { linksOf, linkTo, ofKind, spanOf } from './reading.js';

jest.setTimeout(180_000);

function transports() {
  const { TEST_KAFKA, TEST_SQS } = process.env;
  if (TEST_KAFKA === undefined || TEST_SQS === undefined)
    throw new Error('TEST_KAFKA and TEST_SQS: this test needs the "real" project’s set-up.');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = { endpoint: TEST_SQS, region: 'us-east-1', credentials };
  return [
    sqs({ client, waitTime: '1s', createMissing: true }),
    kafka({ brokers: [TEST_KAFKA], createMissing: true, partitions: 1 }),
  ];
}

/** As in opentelemetry.test.ts: only a test may import the SDK. */
function startSdk(): RunningSdk {
  const exporter = new tracing.InMemorySpanExporter();
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    finished: () => exporter.getFinishedSpans(),
    stop: async () => {
      await sdk.shutdown();
      // So that another one may be registered.
      for (const registered of [api.trace, api.context, api.propagation]) registered.disable();
    },
  };
}

/** From a span to its root, by parents alone. */
function upFrom(spans: readonly TracedSpan[], span: TracedSpan): readonly TracedSpan[] {
  const { traceId, parentId } = span;
  if (parentId === undefined) return [span];
  return [span, ...upFrom(spans, spanOf(spans, { traceId, spanId: parentId }))];
}

const runsOf = (spans: readonly TracedSpan[], method: string): readonly TracedSpan[] =>
  ofKind(spans, 'process').filter(({ labels }) => labels.handler === `Story.${method}`);

const steps = (way: readonly TracedSpan[]): readonly string[] =>
  way.map(({ kind, labels }) => (kind === 'process' ? String(labels.handler) : kind));

const rootOf = ({ roots }: Told, id: string): TraceIds | undefined => roots.get(id);

const nothing: OpenTracer = {
  tracer: none(),
  spans: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

describe.each([
  ['elastic', () => openElastic(agent)],
  ['opentelemetry', () => Promise.resolve(openOpenTelemetry(startSdk()))],
])('%s, over SQS and Kafka', (_, open) => {
  it('tells of a whole story', async () => {
    const opened = await open();
    try {
      const told = await tellStory(opened.tracer, transports());
      const spans = await opened.spans();

      // From queue to topic: one trace, and no gap in it.
      const [announced, ...others] = runsOf(spans, 'announce');
      expect(others).toEqual([]);
      const way = announced === undefined ? [] : upFrom(spans, announced);
      expect(steps(way)).toEqual(['Story.announce', 'send', 'Story.take', 'send', 'Import.run']);
      expect(way.at(-1)).toMatchObject(rootOf(told, 'order') ?? {});
      expect(told.current.get('announce order')).toEqual({
        traceId: announced?.traceId,
        spanId: announced?.spanId,
      });

      // From a batch to a queue: each message in its own trace, and linked to the batch.
      const batches = ofKind(spans, 'batch');
      for (let index = 0; index < BATCH; index += 1) {
        const id = `entry-${index}`;
        const posted = spanOf(spans, told.current.get(`post ${id}`));
        const up = upFrom(spans, posted);
        expect(steps(up)).toEqual(['Story.post', 'send', 'Story.enter', 'send', 'Import.run']);
        expect(up.at(-1)).toMatchObject(rootOf(told, id) ?? {});
        const [, , entered, sent] = up;
        const own = batches.filter(({ traceId, spanId }) =>
          entered === undefined ? false : linksOf(entered).includes(linkTo(traceId, spanId)),
        );
        expect(own).toHaveLength(1);
        expect(own.flatMap(linksOf)).toContain(linkTo(sent?.traceId, sent?.spanId));
      }

      // What fails: each run in the trace of its message, with its number and what became of it.
      for (const [method, id] of [
        ['failOnSqs', 'bad-order'],
        ['failOnKafka', 'bad-event'],
      ] as const) {
        const runs = runsOf(spans, method).toSorted(
          (one, other) => Number(one.labels.attempt) - Number(other.labels.attempt),
        );
        expect(runs.map(({ failed, labels }) => [labels.attempt, labels.outcome, failed])).toEqual([
          [1, 'retry', true],
          [2, 'dead_letter', true],
        ]);
        expect(new Set(runs.map(({ traceId }) => traceId))).toEqual(
          new Set([rootOf(told, id)?.traceId]),
        );
        const [first, second] = runs;
        expect(second === undefined ? [] : linksOf(second)).toEqual([
          linkTo(first?.traceId, first?.spanId),
        ]);
        const mourned = spanOf(spans, told.current.get(`${method.replace('fail', 'mourn')} ${id}`));
        expect(linksOf(mourned)).toEqual([linkTo(second?.traceId, second?.spanId)]);
        expect(upFrom(spans, mourned).at(-1)).toMatchObject(rootOf(told, id) ?? {});
      }
      expect(opened.tracer.current()).toBeUndefined();
      expect(opened.problems?.() ?? []).toEqual([]);
    } finally {
      await opened.close();
    }
  });
});

describe.each([
  ['none', () => Promise.resolve(nothing)],
  ['elastic, whose agent throws in every call', () => openBrokenElastic(agent)],
  ['opentelemetry, whose provider throws', () => Promise.resolve(openBrokenOpenTelemetry())],
])('%s, over SQS and Kafka', (_, open) => {
  it('delivers all the same', async () => {
    const { tracer, close } = await open();
    try {
      const { chronicle } = await tellStory(tracer, transports());

      expect(chronicle.of('handled', 'announce order')).toHaveLength(1);
      expect(chronicle.of('handled', 'failOnSqs bad-order').map(({ attempt }) => attempt)).toEqual([
        1, 2,
      ]);
      expect(
        chronicle.of('handled', 'failOnKafka bad-event').map(({ attempt }) => attempt),
      ).toEqual([1, 2]);
      expect(tracer.current()).toBeUndefined();
    } finally {
      await close();
    }
  });
});

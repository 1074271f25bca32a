import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KafkaTopic } from '../support/brokers/kafka-topic.js';
import { localSqs, localSqsEnv, SqsQueue } from '../support/brokers/sqs-queue.js';
import { realBrokers, testKafka, testSqs, unique } from '../support/brokers/test-brokers.js';
import { killPrograms, Program } from '../support/programs/program.js';
import { until } from '../support/programs/until.js';
import {
  elasticTraceReceiver,
  openTelemetryTraceReceiver,
  type SeenSpan,
  type TraceReceiver,
} from '../support/traces/trace-receiver.js';

const NEST = resolve('node_modules/@nestjs/cli/bin/nest.js');
const DOWNSTREAM = [
  '--import',
  './tools/typescript.mjs',
  resolve('test/apps/article-downstream.ts'),
];

/** `nest start` compiles the service first. */
jest.setTimeout(300_000);

/** The context that the shop sends with an order. */
interface ShopContext {
  readonly traceId: string;
  readonly spanId: string;
}

const newContext = (): ShopContext => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
});

/** The spans from the one whose parent is the shop's to the last, each the child of the one before. */
function chainFrom(
  { traceId, spanId }: ShopContext,
  spans: readonly SeenSpan[],
): readonly string[] {
  const names: string[] = [];
  const ofTrace = spans.filter((span) => span.traceId === traceId);
  for (let parent: string | undefined = spanId; parent !== undefined;) {
    const next: SeenSpan | undefined = ofTrace.find(({ parentId }) => parentId === parent);
    if (next !== undefined) names.push(next.name);
    parent = next?.spanId;
  }
  return names;
}

const standards: readonly [
  string,
  () => Promise<TraceReceiver>,
  tracer: string,
  chain: (names: { queue: string; topic: string; shipments: string }) => readonly string[],
][] = [
  [
    'Elastic',
    elasticTraceReceiver,
    'elastic',
    ({ queue, topic, shipments }) => [
      `SQS RECEIVE from ${queue}`,
      `Kafka SEND to ${topic}`,
      `Kafka RECEIVE from ${topic}`,
      `Kafka SEND to ${shipments}`,
      `Kafka RECEIVE from ${shipments}`,
    ],
  ],
  [
    'OpenTelemetry',
    openTelemetryTraceReceiver,
    'opentelemetry',
    ({ queue, topic, shipments }) => [
      `process ${queue}`,
      `send ${topic}`,
      `process ${topic}`,
      `send ${shipments}`,
      `process ${shipments}`,
    ],
  ],
];

let folder = '';

beforeAll(() => {
  // Inside the repository, so that `throughline` is this package. `nest start` builds into it.
  mkdirSync('dist', { recursive: true });
  folder = mkdtempSync('dist/article-');
  const config = {
    extends: resolve('tsconfig.build.json'),
    compilerOptions: {
      rootDir: resolve('.'),
      outDir: resolve(folder),
      tsBuildInfoFile: resolve(folder, '.tsbuildinfo'),
      noCheck: true,
    },
    include: [resolve('src')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
});
afterEach(killPrograms);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(standards)('The story of the article, traced by %s', (_, open, tracer, chainOf) => {
  it('is one trace from the shop over SQS and Kafka to the last handler', async () => {
    const names = { queue: unique('orders'), topic: unique('events'), name: unique('shipping') };
    const { queue: ORDER_QUEUE, topic: ORDER_TOPIC, name: NAME } = names;
    const shop = newContext();
    const order = { order_id: 'ORD-1', item: 'Widget', quantity: 3 };
    await using traceReceiver = await open();
    const env = {
      ...localSqsEnv(testSqs()),
      ...traceReceiver.env,
      TRACER: tracer,
      KAFKA_BROKERS: testKafka(),
      ORDER_QUEUE,
      ORDER_TOPIC,
    };
    const queue = await SqsQueue.open(localSqs(testSqs()), ORDER_QUEUE);
    const { driver } = await realBrokers();
    await KafkaTopic.open(driver(), ORDER_TOPIC);
    const service = new Program([NEST, 'start', '-p', join(folder, 'tsconfig.json')], {
      ...env,
      ROLES: 'processor',
      CREATE_MISSING: 'true',
    });
    const downstream = new Program(DOWNSTREAM, { ...env, NAME });
    await Promise.all([
      service.waitForLine(/OrderProcessor\.process handles the queue/),
      downstream.waitForLine(/the downstream services have started/),
    ]);

    const client = new SQSClient(localSqs(testSqs()));
    await client.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: JSON.stringify(order),
        MessageAttributes: {
          traceparent: {
            DataType: 'String',
            StringValue: `00-${shop.traceId}-${shop.spanId}-01`,
          },
        },
      }),
    );
    await downstream.waitForLine(/ORD-1 is shipped/);
    const expected = chainOf({
      queue: ORDER_QUEUE,
      topic: ORDER_TOPIC,
      shipments: `${NAME}-shipments`,
    });
    await until('the trace is whole', () =>
      Promise.resolve(
        chainFrom(shop, traceReceiver.spans()).length >= expected.length ? true : undefined,
      ),
    );

    expect(chainFrom(shop, traceReceiver.spans())).toEqual(expected);
    expect(downstream.log).toContain(`guard sees the trace ${shop.traceId}`);
    const processed = JSON.stringify({ ...order, status: 'processed' });
    expect(downstream.log).toContain(`record ${processed} carries 00-${shop.traceId}-`);
    await until('the order is deleted from its queue', async () =>
      (await queue.size()) === 0 ? true : undefined,
    );
    client.destroy();
    queue.close();
    const pid = Number(/\[Nest\] (\d+)/.exec(service.log)?.[1]);
    process.kill(pid, 'SIGTERM');
    await Promise.all([service.ended, downstream.stop()]);
  });
});

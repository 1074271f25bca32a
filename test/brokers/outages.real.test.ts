import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { kafkaJs } from 'throughline/kafka';
import { startElasticMq, startKafka, type Broker } from '#brokers';
import { startRecorder } from 'throughline/recorder';
import { OrderService, tracedInto } from '../support/programs/order-service.js';
import { killPrograms } from '../support/programs/program.js';
import { localSqs, localSqsEnv, SqsQueue } from '../support/brokers/sqs-queue.js';
import { unique } from '../support/brokers/test-brokers.js';
import { until } from '../support/programs/until.js';

const ORDERS = ['ORD-1', 'ORD-2', 'ORD-3', 'ORD-4', 'ORD-5'];

// This file has its own brokers, because it kills them.
let kafka: Broker;
let elasticMq: Broker;
let queue: SqsQueue;
let env: Readonly<Record<string, string>>;

jest.setTimeout(240_000);
beforeAll(async () => {
  [kafka, elasticMq] = await Promise.all([startKafka(), startElasticMq({ storage: 'disk' })]);
});
beforeEach(async () => {
  const ORDER_QUEUE = unique('orders');
  const ORDER_TOPIC = unique('events');
  queue = await SqsQueue.open(localSqs(elasticMq.address), ORDER_QUEUE);
  env = {
    ...localSqsEnv(elasticMq.address),
    KAFKA_BROKERS: kafka.address,
    ORDER_QUEUE,
    ORDER_TOPIC,
    CREATE_MISSING: 'true',
    TRACER: 'none',
  };
});
afterEach(async () => {
  await killPrograms();
  queue.close();
  for (const broker of [kafka, elasticMq]) if (broker.pid === undefined) await broker.restart();
});
afterAll(() => Promise.all([kafka.stop(), elasticMq.stop()]));

const placeAll = (service: OrderService): Promise<readonly number[]> =>
  Promise.all(
    ORDERS.map(async (order_id) => {
      const { status } = await service.place({ order_id, item: 'Widget', quantity: 1 });
      return status;
    }),
  );

const processedAll = (service: OrderService): Promise<unknown> =>
  Promise.all(ORDERS.map((id) => service.processed(id)));

const emptied = (): Promise<true> =>
  until('the queue is empty', async () => ((await queue.size()) === 0 ? true : undefined));

describe('While something is unavailable', () => {
  it('Kafka: orders are accepted and none is deleted; when it is back all are processed, without a restart', async () => {
    const service = await OrderService.start(env);
    await kafka.kill();

    const statuses = await placeAll(service);
    await service.program.waitForLine(/is waiting: .*Kafka/);
    const heldMeanwhile = await queue.size();
    await kafka.restart();
    await processedAll(service);
    await emptied();

    expect(statuses).toEqual(ORDERS.map(() => 202));
    expect(heldMeanwhile).toBe(ORDERS.length);
    expect(service.program.hasEnded).toBe(false);
  });

  it('SQS: a customer receives 503, and what was in the queue is processed when it is back, without a restart', async () => {
    const service = await OrderService.start(env);
    kafka.pause(); // so that the orders stay in the queue
    const statuses = await placeAll(service);
    const heldBefore = await queue.size();
    await elasticMq.kill();
    kafka.resume();

    const late = await service.place({ order_id: 'ORD-late', item: 'Widget', quantity: 1 });
    await elasticMq.restart();
    await processedAll(service);
    await emptied();
    const again = await service.place({ order_id: 'ORD-again', item: 'Widget', quantity: 1 });
    await service.processed('ORD-again');

    expect(statuses).toEqual(ORDERS.map(() => 202));
    expect(heldBefore).toBe(ORDERS.length);
    expect(late).toMatchObject({ status: 503, body: { code: 'TL_SQS_UNAVAILABLE' } });
    expect(again.status).toBe(202);
    expect(service.program.hasEnded).toBe(false);
  });

  it('the APM server: orders are processed as usual', async () => {
    const recorder = await startRecorder();
    const service = await OrderService.start({ ...env, ...tracedInto(recorder.url) });
    await service.place({ order_id: 'ORD-0', item: 'Widget', quantity: 1 });
    await service.processed('ORD-0');
    await recorder.waitFor(({ transactions }) => transactions.length >= 3);
    await recorder.close();

    const statuses = await placeAll(service);
    await processedAll(service);
    await emptied();

    expect(statuses).toEqual(ORDERS.map(() => 202));
    expect(service.log).not.toMatch(/failed on message/);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });

  it('Kafka at the start: the service starts, waits, and creates its topics when Kafka is available', async () => {
    await kafka.kill();
    const service = await OrderService.start(env);

    const statuses = await placeAll(service);
    await service.program.waitForLine(/is waiting: .*Kafka/);
    await kafka.restart();
    await processedAll(service);
    await emptied();

    expect(statuses).toEqual(ORDERS.map(() => 202));
  });

  it('Kafka at the start of a service that only consumes: it creates its topic when Kafka is available', async () => {
    await kafka.kill();
    await OrderService.start({ ...env, ROLES: 'audit' });

    await kafka.restart();

    await until('the topic is there', async () => {
      const driver = kafkaJs({ brokers: [kafka.address] });
      const found = await driver.describe([env.ORDER_TOPIC ?? '']).finally(() => driver.close());
      return found.size === 1 ? true : undefined;
    });
  });

  it('SQS at the start: the service starts, and serves when SQS is available', async () => {
    await elasticMq.kill();
    const service = await OrderService.start(env);

    const early = await service.place({ order_id: 'ORD-early', item: 'Widget', quantity: 1 });
    await elasticMq.restart();
    const statuses = await placeAll(service);
    await processedAll(service);
    await emptied();

    expect(early).toMatchObject({ status: 503, body: { code: 'TL_SQS_UNAVAILABLE' } });
    expect(statuses).toEqual(ORDERS.map(() => 202));
  });
});

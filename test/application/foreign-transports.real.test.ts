import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Inject, type INestApplication, type INestMicroservice } from '@nestjs/common';
import {
  ClientKafka,
  EventPattern,
  MessagePattern,
  Payload,
  Transport,
  type KafkaOptions,
} from '@nestjs/microservices';
import agent from 'elastic-apm-node';
import { lastValueFrom } from 'rxjs';
import { MessageHandler, Publisher } from 'throughline';
import { topic, kafka } from 'throughline/kafka';
import { elastic } from 'throughline/elastic';
import { spansOf, startRecorder, type Recorder, type TraceSpan } from 'throughline/recorder';
import { traced, TracingInterceptor, type Tracer } from 'throughline/tracing';
import { LogRecorder } from '../support/programs/log-recorder.js';
import { realBrokers, testKafka, unique } from '../support/brokers/test-brokers.js';
import { startApp } from '../support/programs/start-app.js';
import { Order } from '../support/checked-orders.js';
import { chainIn } from '../support/traces/whole-trace.js';

const PLACED = unique('placed');
const PRICE = unique('price');
const CHECKED = unique('checked');
const PRICED = unique('priced');

const order = { order_id: 'ORD-1', quantity: 2 };
const checkedOrders = topic(CHECKED, { schema: Order });

/** What the handlers below saw. */
const logger = new LogRecorder();
const handled: string[] = [];
const header = (what: string): void => {
  handled.push(what);
  logger.notify();
};

/** Nest's own Kafka as a user sets it up, with a traced client. */
@Controller()
class Shop {
  constructor(
    @Inject(ClientKafka) private readonly client: ClientKafka,
    private readonly publisher: Publisher,
  ) {}

  @EventPattern(PLACED, Transport.KAFKA)
  async placed(@Payload() data: unknown): Promise<void> {
    await this.publisher.publish(checkedOrders, Order.parse(data));
  }

  /** Throughline's own handler, which the global interceptor also sees. It calls a handler of Nest's Kafka. */
  @MessageHandler(checkedOrders)
  async checked(checked: Order): Promise<void> {
    header(`price ${String(await lastValueFrom(this.client.send<unknown>(PRICE, checked)))}`);
  }

  @MessagePattern(PRICE, Transport.KAFKA)
  async price(@Payload() data: unknown): Promise<string> {
    const { quantity } = Order.parse(data);
    await lastValueFrom(this.client.emit(PRICED, { quantity }));
    return String(quantity * 5);
  }

  @EventPattern(PRICED, Transport.KAFKA)
  priced(@Payload() _data: unknown): void {
    header('priced');
  }
}

const ofKafka = (groupId: string): Required<KafkaOptions>['options'] => ({
  client: { brokers: [testKafka()], clientId: groupId },
  consumer: {
    groupId,
    sessionTimeout: 30_000,
    rebalanceTimeout: 30_000,
    heartbeatInterval: 500,
    // A stop waits for the current fetch.
    maxWaitTimeInMs: 500,
  },
  subscribe: { fromBeginning: true },
});

describe('Nest’s own Kafka on Apache Kafka, beside Throughline’s', () => {
  let recorder: Recorder;
  let tracer: Tracer;
  let client: ClientKafka;
  let app: INestApplication;
  let nestKafka: INestMicroservice;

  beforeAll(async () => {
    recorder = await startRecorder();
    agent.start({
      serverUrl: recorder.url,
      serviceName: 'shop',
      logLevel: 'off',
      centralConfig: false,
      cloudProvider: 'none',
      metricsInterval: '0s',
      captureExceptions: false,
      apiRequestTime: '1s',
    });
    tracer = elastic({ agent });
    const { driver } = await realBrokers();
    const names = [PLACED, PRICE, `${PRICE}.reply`, CHECKED, PRICED];
    await driver().create(names.map((name) => ({ name, partitions: 1 })));

    const bare = new ClientKafka(ofKafka(unique('shop')));
    client = traced(bare, tracer, { system: 'kafka' });
    client.subscribeToResponseOf(PRICE);
    app = await startApp({
      logger,
      controllers: [Shop],
      providers: [{ provide: ClientKafka, useValue: client }],
      throughline: { tracer, transports: [kafka({ driver: driver() })] },
      prepare: (made) => made.useGlobalInterceptors(new TracingInterceptor(tracer)),
    });
    nestKafka = app.connectMicroservice<KafkaOptions>(
      { transport: Transport.KAFKA, options: ofKafka(unique('shop')) },
      { inheritAppConfig: true },
    );
    await Promise.all([nestKafka.listen(), client.connect()]);
  });

  afterAll(async () => {
    await app.close();
    await client.close();
    await agent.destroy();
    await recorder.close();
  });

  /** Runs this as a message handler would, and returns the spans of its trace once there are this many. */
  async function traceOf(
    work: () => Promise<unknown>,
    count: number,
  ): Promise<readonly TraceSpan[]> {
    const root = tracer.process(
      { system: 'sqs', systemFacts: { label: 'SQS' }, destination: 'root', id: 'm-1' },
      { handler: 'Test.root', attempt: 1 },
    );
    await root.run(work);
    root.end({ failed: false });
    const traceId = root.ids?.traceId ?? '';
    await recorder.waitFor(
      () => {
        const { transactions = [], spans = [] } = recorder.trace(traceId) ?? {};
        return transactions.length + spans.length >= count;
      },
      { signal: AbortSignal.timeout(45_000) },
    );
    const trace = recorder.trace(traceId);
    return trace === undefined ? [] : spansOf(trace);
  }

  const request = [
    `span Kafka SEND to ${PRICE}`,
    `transaction Kafka RECEIVE from ${PRICE}`,
    `span Kafka SEND to ${PRICED}`,
    `transaction Kafka RECEIVE from ${PRICED}`,
  ];

  it('is one trace: event, request and answer, and what the handlers publish', async () => {
    const spans = await traceOf(() => lastValueFrom(client.emit(PLACED, order)), 9);

    expect(chainIn(spans)).toEqual([
      'transaction SQS RECEIVE from root',
      `span Kafka SEND to ${PLACED}`,
      `transaction Kafka RECEIVE from ${PLACED}`,
      `span Kafka SEND to ${CHECKED}`,
      `transaction Kafka RECEIVE from ${CHECKED}`,
      ...request,
    ]);
    await logger.waitFor('all have handled', () => handled.length === 2);
    expect(handled.toSorted()).toEqual(['price 10', 'priced']);
  });

  it('has a request and its answer in the trace of the caller', async () => {
    let answer: unknown;
    let ids: unknown;
    const spans = await traceOf(async () => {
      answer = await lastValueFrom(client.send(PRICE, order));
      ids = tracer.current()?.traceId;
    }, 5);

    expect(answer).toBe('10');
    expect(ids).toBe(spans[0]?.traceId);
    expect(chainIn(spans)).toEqual(['transaction SQS RECEIVE from root', ...request]);
  });

  it('leaves no wrong or unfinished span', () => {
    expect(tracer.current()).toBeUndefined();
    expect(recorder.problems).toEqual([]);
    expect(recorder.orphans()).toEqual([]);
  });
});

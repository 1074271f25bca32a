import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Logger, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import {
  connectTransports,
  Delivery,
  MessageHandler,
  Publisher,
  ThroughlineHealth,
  ThroughlineModule,
} from 'throughline';
import { exponential } from '#base';
import { topic } from '../channel.js';
import { kafkaUsers, startKafka, type Broker } from '#brokers';
import { z } from 'zod';
import { Acls } from './acls.fixture.js';
import type { KafkaDriver } from '../driver.js';
import { ConsumerRecorder } from 'throughline/conformance';
import { kafkaJs } from '../drivers/index.js';
import { kafka } from '../kafka.js';

Logger.overrideLogger(false);
jest.setTimeout(180_000);

const Order = z.object({ id: z.string() });
const orders = topic('denied_orders', { schema: Order });
const events = topic('denied_events', { schema: Order, key: ({ id }) => id });
const audits = topic('denied_audits', { schema: Order });
const options = {
  deadLetter: true,
  retry: { attempts: 2, backoff: exponential('50ms', '500ms') },
} as const;

const runs: { readonly id: string; readonly attempt: number; readonly group: string }[] = [];

@Controller()
class OrderProcessor {
  constructor(private readonly publisher: Publisher) {}

  @MessageHandler(orders, { ...options, group: 'processor' })
  async process(order: z.infer<typeof Order>, { attempt }: Delivery): Promise<void> {
    runs.push({ id: order.id, attempt, group: 'processor' });
    await this.publisher.publish(events, order);
  }

  @MessageHandler(audits, { ...options, group: 'auditor' })
  audit({ id }: z.infer<typeof Order>, { attempt }: Delivery): void {
    runs.push({ id, attempt, group: 'auditor' });
  }
}

async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  condition: (seen: T) => boolean,
): Promise<T> {
  const late = AbortSignal.timeout(90_000);
  for (;;) {
    const seen = await look();
    if (condition(seen)) return seen;
    if (late.aborted) throw new Error(`Never happened: ${what}. Seen: ${JSON.stringify(seen)}`);
    await pause(100);
  }
}

describe('rights that are revoked from a running application, on Apache Kafka', () => {
  let broker: Broker;
  let driver: KafkaDriver;
  let acls: Acls;
  let app: INestApplicationContext;

  beforeAll(async () => {
    broker = await startKafka({ authorizer: true });
    const admin = { brokers: [broker.address], clientId: 'admin', sasl: kafkaUsers.admin };
    driver = kafkaJs(admin);
    acls = new Acls(admin, kafkaUsers.app.username);
    await acls.allowAll();
    const deadLetters = ['denied_orders.processor', 'denied_audits.auditor'];
    const names = [
      ...[orders, events, audits].map(({ name }) => name),
      ...deadLetters.flatMap((name) => [`${name}.dlq`, `${name}.retry`]),
    ];
    await driver.create(names.map((name) => ({ name, partitions: 1 })));

    @Module({
      imports: [
        ThroughlineModule.forRoot({
          name: 'denied',
          transports: [kafka({ brokers: [broker.address], sasl: kafkaUsers.app })],
        }),
      ],
      controllers: [OrderProcessor],
    })
    class AppModule {}
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    const nest = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await connectTransports(nest, { signals: [] });
    app = nest;
  });

  afterAll(async () => {
    await app.close();
    await driver.close();
    await broker.stop();
  });

  const send = async (name: string, ids: readonly string[]): Promise<void> => {
    const producer = driver.producer();
    const answers = await producer.send(
      ids.map((id) => ({ topic: name, key: id, value: JSON.stringify({ id }), headers: {} })),
    );
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 'fulfilled'));
    await producer.close();
  };
  const count = async (name: string): Promise<number> =>
    [...(await driver.offsets(name, 'latest')).values()].reduce((sum, end) => sum + end, 0);
  const handled = (group: string): readonly string[] =>
    [...new Set(runs.filter((run) => run.group === group).map(({ id }) => id))].sort();

  it('cost no attempt and no message: health names what is denied, and all messages are handled once the rights are restored', async () => {
    const health = app.get(ThroughlineHealth);
    await send(orders.name, ['before']);
    await send(audits.name, ['before']);
    await until(
      'the first event',
      () => count(events.name),
      (events) => events === 1,
    );
    await until(
      'the first audit',
      () => handled('auditor'),
      ({ length }) => length === 1,
    );

    await acls.take('WRITE', events.name);
    await acls.take('READ', audits.name);
    await send(orders.name, ['a', 'b', 'c']);
    await send(audits.name, ['a', 'b', 'c']);
    const troubles = await until(
      'both are reported',
      () => health.troubles,
      ({ length }) => length >= 2,
    );
    const runsWhileDenied = runs.length;
    const eventsWhileDenied = await count(events.name);
    await acls.giveBack('WRITE', events.name);
    await acls.giveBack('READ', audits.name);
    await until(
      'all events',
      () => count(events.name),
      (written) => written >= 4,
    );
    await until(
      'all audits',
      () => handled('auditor'),
      ({ length }) => length === 4,
    );
    await until(
      'health',
      () => health.troubles,
      ({ length }) => length === 0,
    );

    const who = troubles.map((trouble) => trouble.who);
    expect(who).toContain('topic "denied_audits" of the consumer group "auditor"');
    expect(who.some((name) => name.includes('OrderProcessor.process'))).toBe(true);
    for (const { what } of troubles) expect(what).toContain('TOPIC_AUTHORIZATION_FAILED');
    expect(eventsWhileDenied).toBe(1);
    expect(runsWhileDenied).toBeGreaterThan(2 * 3);
    expect(new Set(runs.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(await count('denied_orders.processor.dlq')).toBe(0);
    expect(await count('denied_audits.auditor.dlq')).toBe(0);
    expect(handled('processor')).toEqual(['a', 'b', 'before', 'c']);
  });

  it('hide a topic, which counts as denied and not as missing, while other topics are written', async () => {
    const client = kafkaJs({
      brokers: [broker.address],
      clientId: 'app',
      sasl: kafkaUsers.app,
      metadataMaxAge: 200,
    });
    const producer = client.producer();
    const both = [events, audits].map(({ name }) => ({
      topic: name,
      key: 'hidden',
      value: '{"id":"hidden"}',
      headers: {},
    }));
    const before = await producer.send(both);
    await acls.take('DESCRIBE', events.name);

    const described = await until(
      'it is hidden',
      () =>
        client.describe([events.name]).then(
          () => undefined,
          (error: unknown) => error,
        ),
      (error) => error !== undefined,
    );
    const answers = await until(
      'kafkajs asked for the metadata again',
      () => producer.send(both),
      ([event]) => event?.status === 'rejected',
    );
    const missing = await client.describe(['denied_nowhere']);
    await acls.giveBack('DESCRIBE', events.name);
    await client.close();

    const denied = { code: 'TL_KAFKA_DENIED', errorClass: 'blocked' };
    expect(before.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(described).toMatchObject(denied);
    expect(answers).toEqual([
      { status: 'rejected', reason: expect.objectContaining(denied) },
      { status: 'fulfilled', value: expect.anything() },
    ]);
    expect(missing).toEqual(new Map());
  });

  it('fail the start if the login is refused', async () => {
    const client = kafkaJs({
      brokers: [broker.address],
      sasl: { ...kafkaUsers.app, password: 'wrong' },
    });
    const recorder = new ConsumerRecorder();
    const consumer = client.consumer(
      {
        group: 'denied',
        topics: [orders.name],
        from: 'earliest',
        sessionTimeout: 30_000,
        heartbeatInterval: 3_000,
        maxWait: 100,
        maxBytesPerPartition: 131_072,
      },
      recorder,
    );

    await expect(consumer.start()).rejects.toMatchObject({
      code: 'TL_KAFKA_DENIED',
      errorClass: 'blocked',
    });
    await client.close();
  });
});

import { describe, expect, it } from '@jest/globals';
import { type HandlerSpec } from 'throughline/transport';
import { queue } from 'throughline/sqs';
import { topic, type TopicHandlerOptions } from './channel.js';
import { z } from 'zod';
import { KafkaConnection } from './connection.js';
import { aContext } from './context.fixture.js';
import { memory } from './drivers/index.js';
import type { KafkaOptions } from './options.js';
import { KafkaFixture } from './kafka.fixture.js';
import { OpenSink } from './consume/sink.fixture.js';

const orders = topic('orders', { schema: z.unknown() });
const handler = (options: HandlerSpec<TopicHandlerOptions>['options']): HandlerSpec => ({
  channel: orders,
  options,
  name: 'Orders.handle',
});
const DAY = 24 * 3_600_000;

function connect(options: KafkaOptions = {}): {
  readonly driver: ReturnType<typeof memory>;
  readonly connection: KafkaConnection;
} {
  const driver = memory();
  return { driver, connection: new KafkaConnection(driver, options, aContext('shop')) };
}

describe('a topic', () => {
  it.each(['constructor', '__proto__', 'toString'])(
    'may be called %s, which every object inherits',
    (name) => {
      const { connection } = connect({ topics: { orders: 'prod-orders' } });

      expect(connection.destination(topic(name, { schema: z.unknown() })).destination).toBe(name);
    },
  );
});

describe('the topics of a handler', () => {
  it.each<[string, HandlerSpec<TopicHandlerOptions>['options'], readonly string[]]>([
    ['without dead letters', {}, ['orders']],
    ['with dead letters', { deadLetter: true }, ['orders', 'orders.shop.dlq', 'orders.shop.retry']],
    [
      'in a group of its own',
      { deadLetter: true, group: 'audit' },
      ['orders', 'orders.audit.dlq', 'orders.audit.retry'],
    ],
    [
      'with dead letters in a topic of its own choice',
      { deadLetter: topic('failed_orders', { schema: z.unknown() }) },
      ['orders', 'orders.shop.retry'],
    ],
    [
      'with dead letters in a queue, which are redriven through Kafka',
      { deadLetter: queue('failed_orders', { schema: z.unknown() }) },
      ['orders', 'orders.shop.retry'],
    ],
  ])('are all reported at once if missing: %s', async (_, options, names) => {
    const { connection } = connect();

    const errors = await connection.check([handler(options)]);

    expect(errors.map(({ code }) => code)).toEqual(names.map(() => 'TL_KAFKA_TOPIC_MISSING'));
    names.forEach((name, index) => {
      expect(errors[index]?.message).toContain(`"${name}"`);
    });
  });

  it.each(['orders.shop.dlq', 'orders.shop.retry'])(
    'are reported with three ways out if missing and needed for dead letters: %s',
    async (name) => {
      const { connection } = connect();

      const errors = await connection.check([handler({ deadLetter: true })]);

      const message = errors.find((error) => error.message.includes(`"${name}"`))?.message;
      for (const text of [`Create "${name}"`, 'createMissing: true', 'deadLetter: false'])
        expect(message).toContain(text);
      expect(message).toMatch(/is retried forever and blocks its key\.$/);
    },
  );

  it('are created if configured, and dead letters are kept for 30 days', async () => {
    const { driver, connection } = connect({ createMissing: true, partitions: 2 });

    const errors = await connection.check([handler({ deadLetter: true })]);

    expect(errors).toEqual([]);
    expect(await driver.describe(['orders', 'orders.shop.dlq', 'orders.shop.retry'])).toEqual(
      new Map([
        ['orders', 2],
        ['orders.shop.dlq', 2],
        ['orders.shop.retry', 2],
      ]),
    );
    expect(await driver.retention('orders.shop.dlq')).toBe(30 * DAY);
    expect(await driver.retention('orders.shop.retry')).toBeUndefined();
  });

  it('have the names that are configured for Kafka', async () => {
    const { driver, connection } = connect({
      createMissing: true,
      topics: { orders: 'prod.orders', 'prod.orders.shop.retry': 'prod.retry' },
    });

    await connection.check([handler({ deadLetter: true })]);

    const names = ['prod.orders', 'prod.orders.shop.dlq', 'prod.retry'];
    expect([...(await driver.describe(names)).keys()]).toEqual(names);
  });
});

describe('a dead letter', () => {
  it('of a record that only fits compressed is stored and redriven compressed', async () => {
    const driver = memory();
    const fixture = await KafkaFixture.open(driver);
    const value = Buffer.alloc(3_000_000, 'a');
    const large = { topic: fixture.topic, key: 'a', value, headers: {} };
    await driver.producer({ compression: 'gzip' }).send([large]);
    const connection = fixture.connection();
    const sink = new OpenSink();
    const source = connection.source({ handlers: [fixture.handler] });
    await source.start(sink);
    await sink.until('the record', () => sink.received.length === 1);

    for (const inbound of sink.received) {
      await connection.storeDeadLetter({ inbound, to: fixture.deadLetters, causes: ['{}'] });
    }
    await connection.redrive(fixture.plan());

    await sink.until('it again', () => sink.received.length === 2);
    expect(sink.received.map(({ raw }) => raw?.byteLength)).toEqual([3_000_000, 3_000_000]);
    await source.stop(AbortSignal.timeout(1_000));
    await connection.close();
  });
});

describe('the options of a publish to a topic', () => {
  const termsOf = (options: Readonly<Record<string, unknown>>): unknown =>
    connect().connection.publishTerms(orders, options);

  it.each([-1, 1.5, NaN, '0', {}, null])('refuse the partition %p', (partition) => {
    expect(() => termsOf({ partition })).toThrow(
      expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
    );
  });

  it('take a partition from 0 on, or none', () => {
    const all = [{ partition: undefined }, { partition: 0 }, { partition: 7 }];

    expect(all.map(termsOf)).toEqual(all);
  });

  it('refuse what a topic does not have', () => {
    expect(() => termsOf({ delay: '1s' })).toThrow(
      '"delay" is not an option of a publish to the topic "orders"',
    );
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, type INestApplication } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ACK,
  MessageHandler,
  type Batch,
  type Delivery,
  type MiddlewareFunction,
  type ThroughlineOptions,
} from 'throughline';
import { kafka, topic } from 'throughline/kafka';
import { AppModule } from '../examples/app.module.js';
import { FeatureFlagMiddleware, Flags } from '../examples/feature-flag.middleware.js';
import { CurrentTenant, TenantMiddleware } from '../examples/tenant.middleware.js';
import { timing } from '../examples/timing.js';
import { Order } from '../support/checked-orders.js';
import { KafkaTopic } from '../support/brokers/kafka-topic.js';
import { LogRecorder } from '../support/programs/log-recorder.js';
import { embeddedBrokers, unique, type TestBrokers } from '../support/brokers/test-brokers.js';
import { startApp, type AppOptions } from '../support/programs/start-app.js';

const ORDER = JSON.stringify({ order_id: 'order-1', quantity: 1 });

describe('docs/middleware.md', () => {
  const doc = readFileSync(join(import.meta.dirname, '../../docs/middleware.md'), 'utf8');
  const blocks = [...doc.matchAll(/^```ts title=(\S+)\n(.*?)^```$/gms)];

  it.each(blocks.map(([, title = '', text = '']) => [title, text]))(
    'shows %s as it is compiled and run here',
    (title, text) => {
      expect(text).toBe(readFileSync(join(import.meta.dirname, '../examples', title), 'utf8'));
    },
  );

  it('has three examples, and a module that uses them', () => {
    expect(blocks).toHaveLength(4);
    expect(AppModule.name).toBe('AppModule');
  });
});

describe('A middleware', () => {
  let stage: TestBrokers;
  let app: INestApplication | undefined;
  let outside: KafkaTopic;
  const logger = new LogRecorder();
  const seen: string[] = [];
  const note = (line: string): void => {
    seen.push(line);
    logger.notify();
  };

  beforeAll(async () => {
    stage = await embeddedBrokers();
  });
  afterAll(() => stage.close());
  afterEach(async () => {
    await app?.close();
    seen.length = 0;
  });

  async function start(
    use: NonNullable<ThroughlineOptions['use']>,
    { handle, batch, ...wish }: Partial<AppOptions> & Handlers,
  ): Promise<INestApplication> {
    outside = await KafkaTopic.open(stage.driver(), unique('middleware'));
    const channel = topic(outside.name, { schema: Order, key: (order) => order.order_id });

    @Controller()
    class Single {
      constructor(readonly tenant: CurrentTenant) {}

      @MessageHandler(channel, { group: 'single', deadLetter: false })
      process(_: Order, delivery: Delivery<Order>): unknown {
        return handle?.(delivery, this.tenant);
      }
    }
    @Controller()
    class Many {
      @MessageHandler(channel, { group: 'batch', batch: { size: 10, within: '20ms' } })
      process(orders: Batch<Order>): unknown {
        return batch?.(orders);
      }
    }
    return (app = await startApp({
      logger,
      controllers: batch === undefined ? [Single] : [Many],
      providers: [CurrentTenant, TenantMiddleware, Flags, FeatureFlagMiddleware],
      ...wish,
      throughline: {
        transports: [kafka({ driver: stage.driver(), createMissing: true })],
        use,
      },
    }));
  }

  /** Sends an order with these headers. */
  async function send(headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const producer = outside.driver.producer();
    await producer.send([{ topic: outside.name, key: 'k', value: Buffer.from(ORDER), headers }]);
    await producer.close();
  }

  const until = (count: number): Promise<void> =>
    logger.waitFor(`${count} lines`, () => seen.length >= count);

  it('runs a handler for the tenant of its message, and rejects one without', async () => {
    await start([TenantMiddleware], {
      handle: async (_, tenant) => {
        await turn();
        note(`for ${tenant.name ?? 'nobody'}`);
      },
    });
    await send({ tenant: 'acme' });
    await until(1);
    await send();
    await logger.waitForLine(/has no header "tenant"/);

    expect(seen).toEqual(['for acme']);
  });

  it('reports how long a message took, also one that failed', async () => {
    let runs = 0;
    await start([timing((channel, ms) => note(`${channel === outside.name} ${ms >= 0}`))], {
      handle: () => {
        runs += 1;
        if (runs === 1) throw new Error('no stock');
      },
    });
    await send();
    await until(2);

    expect(seen).toEqual(['true true', 'true true']);
  });

  it('drops what its flag has turned off, and delays what is paused', async () => {
    const outcomes: MiddlewareFunction = async (_, next) => {
      const outcome = await next();
      note(outcome.kind);
      return outcome;
    };
    const started = await start([outcomes, FeatureFlagMiddleware], {
      handle: () => note('handled'),
    });
    const flags = started.get(Flags);
    flags.set(outside.name, 'off');
    await send();
    await logger.waitFor('it is dropped', () => seen.length === 1);
    flags.set(outside.name, 'paused');
    await send();
    await logger.waitForLine(/paused by a flag/);
    flags.set(outside.name, 'on');
    await until(3);

    expect(seen).toEqual(['ack', 'handled', 'ack']);
  });

  it('runs in the order of `use`, with what Nest injects', async () => {
    @Injectable()
    class Named {
      constructor(readonly tenant: CurrentTenant) {}

      use(_: Delivery, next: Parameters<MiddlewareFunction>[1]): ReturnType<MiddlewareFunction> {
        note(this.tenant instanceof CurrentTenant ? 'class' : 'nothing injected');
        return next();
      }
    }
    const outer: MiddlewareFunction = async (_, next) => {
      note('outer');
      const outcome = await next();
      note(outcome.kind);
      return outcome;
    };
    await start([outer, Named], {
      providers: [CurrentTenant, Named],
      handle: () => note('handler'),
    });
    await send();
    await until(4);

    expect(seen).toEqual(['outer', 'class', 'handler', 'ack']);
  });

  const keyOf = ({ message }: Delivery): string => message.key ?? 'none';

  it('stands around each message of a batch until the batch has been handled', async () => {
    const around: MiddlewareFunction = async (delivery, next) => {
      note(`before ${keyOf(delivery)}`);
      const outcome = await next();
      note(`after ${keyOf(delivery)}: ${outcome.kind}`);
      return outcome;
    };
    const dropped: MiddlewareFunction = (delivery, next) =>
      keyOf(delivery) === '2' ? ACK : next();
    await start([around, dropped], {
      batch: (orders) => note(`batch of ${orders.size}`),
    });
    const producer = outside.driver.producer();
    await producer.send(
      ['1', '2', '3'].map((key) => {
        return { topic: outside.name, key, value: Buffer.from(ORDER), headers: {} };
      }),
    );
    await producer.close();
    await until(7);

    expect(seen.indexOf('batch of 2')).toBeGreaterThan(seen.indexOf('before 3'));
    expect(seen.indexOf('after 1: ack')).toBeGreaterThan(seen.indexOf('batch of 2'));
    expect(seen.indexOf('after 2: ack')).toBeLessThan(seen.indexOf('batch of 2'));
  });

  it('that cannot be created is refused at start, as is what is no middleware', async () => {
    @Injectable()
    class Lonely {
      constructor(readonly tenant: CurrentTenant) {}

      use(_: Delivery, next: Parameters<MiddlewareFunction>[1]): ReturnType<MiddlewareFunction> {
        return next();
      }
    }
    class NoMethod {
      readonly isMiddleware = false;
    }

    await expect(
      start([Lonely, NoMethod as never, 'text' as never], { handle: () => undefined }),
    ).rejects.toMatchObject({
      code: 'TL_START_REFUSED',
      message: expect.stringMatching(
        /TL_MIDDLEWARE_UNRESOLVED[^]*TL_OPTION_INVALID[^]*NoMethod[^]*TL_OPTION_INVALID[^]*string/,
      ),
    });
  });
});

interface Handlers {
  readonly handle?: (delivery: Delivery<Order>, tenant: CurrentTenant) => unknown;
  readonly batch?: (orders: Batch<Order>) => unknown;
}

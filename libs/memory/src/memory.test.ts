import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestApplicationContext } from '@nestjs/common';
import { MessageHandler, Publisher, Reject, ThroughlineControl, type Delivery } from 'throughline';
import type { Headers } from '#base';
import { EventPattern, Payload } from '@nestjs/microservices';
import { KAFKA, topic } from 'throughline/kafka';
import { queue, SQS } from 'throughline/sqs';
import { z } from 'zod';
import { startApplication, until, type ApplicationOptions } from './application.fixture.js';
import { memory, memoryBroker } from './index.js';

const Order = z.object({ id: z.string() });
type Order = z.output<typeof Order>;

const orders = queue('orders', { schema: Order });
const events = topic('order-events', { schema: Order, key: ({ id }) => id });

const open: INestApplicationContext[] = [];

async function start(options: ApplicationOptions): Promise<INestApplicationContext> {
  const app = await startApplication(options);
  open.push(app);
  return app;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

/** A message as a handler got it, in plain bytes. */
const seenBy = ({ message: { raw, key, headers } }: Delivery): unknown => ({
  raw: Buffer.from(raw ?? '').toString('hex'),
  key,
  headers: ownHeaders(headers),
});

const ownHeaders = (headers: Headers): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== 'dead-letter')
      .map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );

@Controller()
class WithDeadLetters {
  @MessageHandler(orders, { deadLetter: true })
  process(): void {
    return;
  }
  @MessageHandler(events, { deadLetter: true })
  audit(): void {
    return;
  }
}

describe('memory()', () => {
  it('serves the queues and topics of an application, and each group gets every record', async () => {
    const broker = memoryBroker();
    const handled: string[] = [];
    @Controller()
    class Processor {
      constructor(private readonly publisher: Publisher) {}

      @MessageHandler(orders)
      async process({ id }: Order): Promise<void> {
        await this.publisher.publish(events, { id: `${id}-processed` });
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Publisher], Processor);
    @Controller()
    class Audit {
      @MessageHandler(events, { group: 'audit' })
      audit({ id }: Order): void {
        handled.push(`audit ${id}`);
      }
    }
    @Controller()
    class Mail {
      @MessageHandler(events, { group: 'mail' })
      mail({ id }: Order): void {
        handled.push(`mail ${id}`);
      }
    }

    const shop = await start({ transports: [memory({ broker })], controllers: [Processor] });
    await start({ name: 'other', transports: [memory({ broker })], controllers: [Audit, Mail] });
    await shop.get(Publisher).publish(orders, { id: 'o1' });
    await until('both groups', () => handled.length === 2);

    expect(handled.toSorted()).toEqual(['audit o1-processed', 'mail o1-processed']);
    expect([broker.queue('orders')?.size, broker.lag('audit', 'order-events')]).toEqual([0, 0]);
  });

  it('shares the partitions of a topic among the members of a group', async () => {
    const broker = memoryBroker();
    const handled: string[][] = [[], []];
    const memberOf = (seen: string[] = []) => {
      @Controller()
      class Member {
        @MessageHandler(events)
        handle({ id }: Order): void {
          seen.push(id);
        }
      }
      return Member;
    };
    const [first] = await Promise.all(
      handled.map((seen) =>
        start({ transports: [memory({ broker })], controllers: [memberOf(seen)] }),
      ),
    );
    const ids = Array.from({ length: 60 }, (_, at) => ({ id: `o${at}` }));

    await first?.get(Publisher).publishAll(events, ids);
    await until('all of them', () => handled.flat().length === 60);

    expect(new Set(handled.flat()).size).toBe(60);
    for (const seen of handled) expect(seen.length).toBeGreaterThan(0);
  });

  it('keeps dead letters of a topic in a queue, and brings them back byte for byte', async () => {
    const broker = memoryBroker();
    const seen: unknown[] = [];
    @Controller()
    class Audit {
      @MessageHandler(events, { deadLetter: queue('audit-letters', { schema: Order }) })
      audit(_: Order, delivery: Delivery<Order>): void {
        seen.push(seenBy(delivery));
        if (seen.length === 1) throw new Reject('not yet');
      }
    }
    const app = await start({ transports: [memory({ broker })], controllers: [Audit] });
    const headers = { word: 'ünï', bytes: Uint8Array.from([0, 255]), twice: ['1', '2'] };

    await app.get(Publisher).publish(events, { id: 'o1' }, { headers });
    await until('the dead letter', () => broker.queue('audit-letters')?.size === 1);
    const report = await app.get(ThroughlineControl).redrive('Audit.audit');
    await until('a second run', () => seen.length === 2);

    expect(report).toEqual({ seen: 1, moved: 1, left: 0, isComplete: true });
    expect(seen[1]).toEqual(seen[0]);
    expect(broker.queue('audit-letters')?.size).toBe(0);
    expect(broker.topic('order-events.shop.retry')?.records).toHaveLength(1);
  });

  it('keeps dead letters of a queue in a topic, and brings them back once', async () => {
    const broker = memoryBroker();
    const seen: unknown[] = [];
    let isMended = false;
    @Controller()
    class Processor {
      @MessageHandler(orders, { deadLetter: topic('order-letters', { schema: Order }) })
      process(_: Order, delivery: Delivery<Order>): void {
        if (!isMended) throw new Reject('not yet');
        seen.push(seenBy(delivery));
      }
    }
    const app = await start({ transports: [memory({ broker })], controllers: [Processor] });
    const headers = { word: 'ünï', bytes: Uint8Array.from([0, 255]) };
    const control = app.get(ThroughlineControl);

    for (const id of ['o1', 'o2', 'o3'])
      await app.get(Publisher).publish(orders, { id }, { headers });
    await until('dead letters', () => broker.topic('order-letters')?.records.length === 3);
    isMended = true;
    const began = performance.now();
    const reports = await Promise.all([
      control.redrive('Processor.process', { rate: 20 }),
      control.redrive('Processor.process', { rate: 19 }),
    ]);
    await until('all of them', () => seen.length === 3);
    const again = await control.redrive('Processor.process');

    expect(performance.now() - began).toBeGreaterThan(90);
    expect(reports.reduce((sum, { moved }) => sum + moved, 0)).toBe(3);
    expect(again.seen).toBe(0);
    expect(seen[0]).toMatchObject({ headers: { word: 'ünï', bytes: [0, 255] } });
  });

  it('stores dead letters where their handlers want them, also in a queue and a topic of one name', async () => {
    const broker = memoryBroker();
    @Controller()
    class Both {
      @MessageHandler(orders, { deadLetter: topic('letters', { schema: Order }) })
      process(): void {
        throw new Reject('no');
      }
      @MessageHandler(events, { deadLetter: queue('letters', { schema: Order }) })
      audit(): void {
        throw new Reject('no');
      }
    }
    const app = await start({ transports: [memory({ broker })], controllers: [Both] });
    const publisher = app.get(Publisher);

    await publisher.publish(orders, { id: 'o1' });
    await publisher.publish(events, { id: 'e1' });
    await until(
      'both',
      () => broker.queue('letters')?.size === 1 && broker.topic('letters')?.records.length === 1,
    );

    const idOf = (body: Uint8Array | null | undefined): string =>
      Buffer.from(body ?? '').toString();
    expect(idOf(broker.queue('letters')?.messages[0]?.body)).toBe('{"id":"e1"}');
    expect(idOf(broker.topic('letters')?.records[0]?.message.body)).toBe('{"id":"o1"}');
  });

  it('reads patterns of Nest’s own from the kind of channel whose transport they name', async () => {
    const broker = memoryBroker();
    const seen: string[] = [];
    @Controller()
    class Plain {
      @EventPattern('from-sqs', SQS)
      fromSqs(@Payload() { id }: Order): void {
        seen.push(`queue ${id}`);
      }
      @EventPattern('from-kafka', KAFKA)
      fromKafka(@Payload() { id }: Order): void {
        seen.push(`topic ${id}`);
      }
    }
    const app = await start({ transports: [memory({ broker })], controllers: [Plain] });
    const publisher = app.get(Publisher);

    await publisher.publish(queue('from-sqs', { schema: Order }), { id: 'o1' });
    await publisher.publish(topic('from-kafka', { schema: Order }), { id: 'o2' });
    await until('both', () => seen.length === 2);

    expect(seen.toSorted()).toEqual(['queue o1', 'topic o2']);
    expect([broker.queue('from-kafka'), broker.topic('from-sqs')]).toEqual([undefined, undefined]);
  });

  it('keeps two brokers of one application apart by their names', async () => {
    const [own, audit] = [memoryBroker(), memoryBroker()];
    const log = topic('log', { schema: Order, transport: 'audit' });
    const seen: string[] = [];
    @Controller()
    class Audit {
      @MessageHandler(log)
      audit({ id }: Order): void {
        seen.push(id);
      }
    }
    const app = await start({
      transports: [memory({ broker: own }), memory({ name: 'audit', broker: audit })],
      controllers: [Audit],
    });

    await app.get(Publisher).publish(log, { id: 'o1' });
    await app.get(Publisher).publish(topic('log', { schema: Order }), { id: 'o2' });
    await until('the one', () => seen.length === 1);

    expect(seen).toEqual(['o1']);
    expect([own.lag('shop', 'log'), audit.lag('shop', 'log')]).toEqual([1, 0]);
  });

  it('refuses a start whose channels are missing, where it is not to create them', async () => {
    const error = await startApplication({
      transports: [memory({ broker: memoryBroker(), createMissing: false })],
      controllers: [WithDeadLetters],
    }).catch((reason: unknown) => reason);

    const { message } = error as Error;
    for (const name of [
      'orders',
      'orders-dlq',
      'order-events',
      'order-events.shop.dlq',
      'order-events.shop.retry',
    ])
      expect(message).toMatch(new RegExp(`"${name}" does not exist in the in-memory broker`));
  });

  it('names three ways out of a missing channel for dead letters', async () => {
    const broker = memoryBroker();
    broker.createQueue('orders');
    broker.createTopic('order-events');
    broker.createTopic('order-events.shop.retry');
    const error = await startApplication({
      transports: [memory({ broker, createMissing: false })],
      controllers: [WithDeadLetters],
    }).catch((reason: unknown) => reason);

    const lines = (error as Error).message.split('\n').slice(1);
    expect(lines).toEqual([
      expect.stringMatching(
        /createQueue\('orders-dlq'\).*createMissing.*deadLetter: false.*forever\.$/,
      ),
      expect.stringMatching(
        /createTopic\('order-events.shop.dlq'\).*createMissing.*deadLetter: false.*forever and blocks its key\.$/,
      ),
    ]);
  });
});

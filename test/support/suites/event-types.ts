import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessageHandler, ThroughlineControl } from 'throughline';
import { topic, kafka } from 'throughline/kafka';
import { z } from 'zod';
import { KafkaTopic } from '../brokers/kafka-topic.js';
import { LogRecorder } from '../programs/log-recorder.js';
import { unique, type OpenTestBrokers, type TestBrokers } from '../brokers/test-brokers.js';
import { startApp } from '../programs/start-app.js';
import { until } from '../programs/until.js';

const TYPES = ['placed', 'paid', 'shipped', 'returned', 'archived'] as const;
const OF_EACH = 8;

const OrderEvent = z.object({ type: z.enum(TYPES), order_id: z.string() });
type OrderEvent = z.output<typeof OrderEvent>;
type Of<T extends OrderEvent['type']> = OrderEvent & { readonly type: T };

const isMoney = (event: OrderEvent): event is Of<'placed' | 'paid'> =>
  event.type === 'placed' || event.type === 'paid';
const isParcel = (event: OrderEvent): event is Of<'shipped' | 'returned'> =>
  event.type === 'shipped' || event.type === 'returned';

/** Eight orders, each with all five types of event. */
const events: readonly OrderEvent[] = TYPES.flatMap((type) =>
  Array.from({ length: OF_EACH }, (_, order) => ({ type, order_id: `order-${order}` })),
);

/** Five types of event in one topic, two handlers, and a policy for what neither handles. */
export function describeEventTypes(open: OpenTestBrokers): void {
  jest.setTimeout(120_000);
  let testBrokers: TestBrokers;
  beforeAll(async () => {
    testBrokers = await open();
  });
  afterAll(() => testBrokers.close());

  it.each(['ack', 'deadLetter'] as const)(
    'go where they should, and the counts add up; the unmatched: %s',
    async (unmatched) => {
      const outside = await KafkaTopic.open(testBrokers.driver(), unique('event-types'), 3);
      const channel = topic(outside.name, { schema: OrderEvent, key: (event) => event.order_id });
      const group = `${outside.name}-mail`;
      const logger = new LogRecorder();
      const seen: Record<'money' | 'parcels', OrderEvent[]> = { money: [], parcels: [] };
      const common = { group, unmatched, deadLetter: true } as const;

      @Controller()
      class Mail {
        @MessageHandler(channel, { ...common, when: isMoney })
        money(event: Of<'placed' | 'paid'>): void {
          seen.money.push(event);
        }

        @MessageHandler(channel, { ...common, when: isParcel })
        parcels(event: Of<'shipped' | 'returned'>): void {
          seen.parcels.push(event);
        }
      }
      const app = await startApp({
        logger,
        controllers: [Mail],
        throughline: { transports: [kafka({ driver: testBrokers.driver(), createMissing: true })] },
      });
      for (const event of events) await outside.send(JSON.stringify(event), event.order_id);

      const control = app.get(ThroughlineControl);
      const total = async (): Promise<number> => {
        const states = await control.handlers();
        return states.reduce(
          (sum, { counts }) => sum + counts.done + counts.unmatched + counts.deadLetters,
          0,
        );
      };
      await until('all are accounted for', async () =>
        (await total()) >= events.length ? true : undefined,
      );
      const states = await control.handlers();
      await app.close();

      const count = (type: string): number =>
        Object.values(seen)
          .flat()
          .filter((event) => event.type === type).length;
      expect(TYPES.map(count)).toEqual([OF_EACH, OF_EACH, OF_EACH, OF_EACH, 0]);
      expect(states.map(({ handler, counts }) => [handler, counts.done])).toEqual([
        ['Mail.money', 2 * OF_EACH],
        ['Mail.parcels', 2 * OF_EACH],
      ]);
      expect(states.map(({ counts }) => [counts.unmatched, counts.deadLetters])).toEqual([
        unmatched === 'ack' ? [OF_EACH, 0] : [0, OF_EACH],
        [0, 0],
      ]);
      expect(await total()).toBe(events.length);
      for (const order of new Set(events.map(({ order_id }) => order_id))) {
        const types = seen.money
          .filter(({ order_id }) => order_id === order)
          .map(({ type }) => type);
        expect(types).toEqual(['placed', 'paid']);
      }
    },
  );
}

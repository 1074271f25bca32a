import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  Injectable,
  UseGuards,
  UsePipes,
  type CanActivate,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import type { Delivery } from 'throughline';
import { kafka } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import type { Tracer, Work } from 'throughline/tracing';
import type { Order } from '../checked-orders.js';
import { LogRecorder } from '../programs/log-recorder.js';
import { kafkaBroker, sqsBroker, type Broker } from '../brokers/order-brokers.js';
import type { OpenTestBrokers, TestBrokers } from '../brokers/test-brokers.js';
import { startApp } from '../programs/start-app.js';
import { FAILURES, type Failure } from './ways-to-fail.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** A tracer that only has ids, because the log must not depend on the vendor. */
const work: Work = {
  ids: { traceId: TRACE_ID, spanId: 'b7ad6b7169203331' },
  run: (task) => task(),
  end: () => undefined,
};
const tracer: Tracer = {
  name: 'ids',
  process: () => work,
  processBatch: () => work,
  send: () => ({ end: () => undefined }),
  suppress: (call) => call(),
  current: () => undefined,
  flush: () => Promise.resolve({ lost: 0 }),
};

/** A handler of these tests: the messages that it saw, and how often it fails. */
interface Witness {
  readonly seen: { order_id: string; attempt: number }[];
  refusals: number;
}

const aWitness = (): Witness => ({ seen: [], refusals: 1 });

/** A handler that fails orders whose id begins with `bad` this many times, and accepts the others. */
function handle(witness: Witness, logger: LogRecorder, failure: Failure['fail']) {
  return (order: Order, delivery: Delivery): unknown => {
    witness.seen.push({ order_id: order.order_id, attempt: delivery.attempt });
    logger.notify();
    if (!order.order_id.startsWith('bad') || witness.refusals === 0) return undefined;
    witness.refusals -= 1;
    return failure(order);
  };
}

@Injectable()
class SternGuard implements CanActivate {
  static refusals = 0;

  canActivate(): boolean {
    if (SternGuard.refusals === 0) return true;
    SternGuard.refusals -= 1;
    return false;
  }
}

@Injectable()
class SternPipe implements PipeTransform {
  static refusals = 0;

  transform(value: unknown): unknown {
    if (SternPipe.refusals === 0) return value;
    SternPipe.refusals -= 1;
    throw new Error('the pipe says no');
  }
}

const orderOf = (order_id: string): string => JSON.stringify({ order_id, quantity: 1 });

/** The tests of bad input, for both brokers. */
export function describeBadInput(open: OpenTestBrokers): void {
  jest.setTimeout(120_000);
  let testBrokers: TestBrokers;
  beforeAll(async () => {
    testBrokers = await open();
  });
  afterAll(() => testBrokers.close());

  const start = (
    broker: Broker,
    logger: LogRecorder,
    controller: Type,
  ): ReturnType<typeof startApp> =>
    startApp({
      logger,
      controllers: [controller],
      throughline: {
        tracer,
        transports: [
          broker.name === 'SQS'
            ? sqs({ client: testBrokers.sqsClient, waitTime: '1s' })
            : kafka({ driver: testBrokers.driver() }),
        ],
      },
    });

  const failureLine = (id: string, attempt: number): RegExp =>
    new RegExp(`^error .*message ${id} from .*attempt ${attempt}, trace ${TRACE_ID}.*`, 's');

  describe.each([
    ['SQS', sqsBroker],
    ['Kafka', kafkaBroker],
  ] as const)('%s', (_, openBroker) => {
    it.each([
      ['a body that is not JSON', 'not json', /not JSON/],
      ['a body that breaks off', '{"order_id": "1"', /not JSON/],
      ['an order without order_id', '{"quantity": 1}', /order_id/],
      ['a quantity that is no number', '{"order_id": "1", "quantity": "x"}', /quantity/],
    ])('keeps %s, tells why, and goes on with others', async (_title, body, reason) => {
      const broker = await openBroker(testBrokers);
      const logger = new LogRecorder();
      const witness = aWitness();
      const bad = await broker.send(body, 'bad');
      const app = await start(broker, logger, broker.controller(handle(witness, logger, () => 0)));

      await broker.send(orderOf('good'), 'good');
      await logger.waitFor('the good order is handled', () => witness.seen.length === 1);
      const [line = ''] = await logger.waitForLine(failureLine(bad, 1));
      await app.close();

      expect(line).toMatch(reason);
      // An invalid message stays invalid. Without a dead letter it waits at the longest backoff and is reported by health.
      expect(line).toMatch(/retrying in 300 s/);
      expect(logger.matching(/is unhealthy/)).toHaveLength(1);
      expect(witness.seen).toEqual([{ order_id: 'good', attempt: 1 }]);
      // Kafka: the good message is behind the bad one, and is not committed past it.
      expect(await broker.left()).toBe(broker.name === 'SQS' ? 1 : 2);
    });

    it.each(FAILURES)('retries $title, and then succeeds', async ({ reason, fail }) => {
      const broker = await openBroker(testBrokers);
      const logger = new LogRecorder();
      const witness = aWitness();
      const bad = await broker.send(orderOf('bad'), 'bad');
      const app = await start(broker, logger, broker.controller(handle(witness, logger, fail)));

      const [line = ''] = await logger.waitForLine(failureLine(bad, 1));
      const leftMeanwhile = broker.name === 'SQS' ? await broker.left() : 1;
      await logger.waitFor('it has run again', () => witness.seen.length === 2);
      await app.close();

      expect(line).toMatch(reason);
      expect(line).toMatch(/retrying in 1 s/);
      expect(leftMeanwhile).toBe(1);
      expect(witness.seen).toEqual([
        { order_id: 'bad', attempt: 1 },
        { order_id: 'bad', attempt: 2 },
      ]);
      expect(logger.lines.filter((text) => text.startsWith('error'))).toHaveLength(1);
      expect(await broker.left()).toBe(0);
    });

    it.each([
      ['a guard that refuses', UseGuards(SternGuard), SternGuard, /Forbidden/],
      ['a pipe that throws', UsePipes(SternPipe), SternPipe, /the pipe says no/],
    ] as const)('runs again after %s', async (_title, decorate, stern, reason) => {
      const broker = await openBroker(testBrokers);
      const logger = new LogRecorder();
      const witness = aWitness();
      const controller = broker.controller(handle(witness, logger, () => 0));
      decorate(controller);
      // A pipe runs for the payload and for the delivery. The first error ends the run.
      stern.refusals = 1;
      witness.refusals = 0;
      const bad = await broker.send(orderOf('bad'), 'bad');

      const app = await start(broker, logger, controller);
      const [line = ''] = await logger.waitForLine(failureLine(bad, 1));
      await logger.waitFor('it has run', () => witness.seen.length === 1);
      await app.close();

      expect(line).toMatch(reason);
      expect(witness.seen).toEqual([{ order_id: 'bad', attempt: 2 }]);
      expect(await broker.left()).toBe(0);
    });
  });
}

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spansOf, startRecorder, type Recorder } from 'throughline/recorder';
import { OrderService, tracedInto } from '../support/programs/order-service.js';
import { killPrograms } from '../support/programs/program.js';
import { localSqsEnv } from '../support/brokers/sqs-queue.js';
import { testKafka, testSqs, unique } from '../support/brokers/test-brokers.js';
import { chainIn, chainOf } from '../support/traces/whole-trace.js';

const TIMEOUT_MS = 60_000;
const ORDERS = 5;
const WHOLE = chainOf('', '').length;

let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder();
});
jest.setTimeout(120_000);
afterEach(killPrograms);
afterAll(() => recorder.close());

describe('The order story on real brokers, in three processes', () => {
  it('is one trace over three services', async () => {
    const queue = unique('orders');
    const topic = unique('events');
    const env = {
      ...localSqsEnv(testSqs()),
      ...tracedInto(recorder.url),
      KAFKA_BROKERS: testKafka(),
      ORDER_QUEUE: queue,
      ORDER_TOPIC: topic,
      CREATE_MISSING: 'true',
    };
    const [api, processor, audit] = await Promise.all([
      OrderService.start({ ...env, ROLES: 'api' }),
      OrderService.start({ ...env, ROLES: 'processor' }),
      OrderService.start({ ...env, ROLES: 'audit' }),
    ]);

    const traceIds: string[] = [];
    for (let number = 1; number <= ORDERS; number += 1) {
      const { status, body } = await api.place({
        order_id: `ORD-${number}`,
        item: 'Widget',
        quantity: number,
      });
      expect(status).toBe(202);
      traceIds.push(String(body.trace_id));
    }
    // Three processes report on their own, in any order.
    const isWhole = (id: string): boolean => {
      const { transactions = [], spans = [] } = recorder.trace(id) ?? {};
      return transactions.length + spans.length >= WHOLE;
    };
    await recorder.waitFor(() => traceIds.every(isWhole), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });

    for (const traceId of traceIds) {
      const trace = recorder.trace(traceId);
      if (trace === undefined) throw new Error(`The trace ${traceId} is gone.`);
      const spans = spansOf(trace);
      expect(chainIn(spans)).toEqual(chainOf(queue, topic));
      expect(spans.map(({ service }) => service)).toEqual([
        'order-api',
        'order-api',
        'order-processor',
        'order-processor',
        'order-audit',
      ]);
    }
    expect(await audit.processed('ORD-3')).toEqual({
      order_id: 'ORD-3',
      item: 'Widget',
      quantity: 3,
      status: 'processed',
    });

    const exits = await Promise.all([api.stop(), processor.stop(), audit.stop()]);
    expect(exits.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(recorder.orphans()).toEqual([]);
    expect(recorder.problems).toEqual([]);
    expect(recorder.errors).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeTransport } from 'throughline/conformance';
import { seen, startOrders } from './app/story.js';
import { ledgerSubject } from './app/subject.js';
import { until } from '../support/programs/until.js';

/** The other cases, outside the repository and with both tracers, are part of `npm run test:full`. */
const SOME_CASES = [
  'brings payload, key, headers and bytes as they were sent',
  'keeps what is rejected at once',
  'delays a message, and no other',
  'rejects a publish that the broker does not answer within its timeout',
  'leaves nothing that keeps the process alive',
];

const handled = (count: number): Promise<true> =>
  until(`${count} runs`, () => Promise.resolve(seen.length === count || undefined));

describe('a transport of somebody else', () => {
  describeTransport('ledger', ledgerSubject(), {
    describe,
    it: (title, body, timeout) => {
      if (SOME_CASES.includes(title)) it(title, body, timeout);
    },
    beforeAll,
    afterAll,
  });

  it('brings its own handler options, publish options and redrive', async () => {
    const { app, control, orders, publish, publishWith } = await startOrders();

    await publish({ order_id: 'a', quantity: 1 }, '50ms');
    await publish({ order_id: 'b', quantity: 0 });
    await handled(4);
    await until('a dead letter', async () =>
      (await control.handlers()).find(({ counts }) => counts.deadLetters === 1),
    );
    orders.isFixed = true;
    const report = await control.redrive('Orders.process');
    await handled(5);
    const wrong = await publishWith({ partition: 0 }).catch((error: unknown) => error);
    await app.close();

    expect(wrong).toMatchObject({ code: 'TL_OPTION_UNKNOWN' });
    expect(report).toMatchObject({ moved: 1, isComplete: true });
    expect([...seen].sort()).toEqual([
      'processed a, attempt 1',
      'processed b, attempt 1',
      'processed b, attempt 1',
      'recorded a',
      'recorded b',
    ]);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Ack, Retry } from 'throughline';
import type { SqsArrival } from './arrival.js';
import { anArrival } from './arrival.fixture.js';
import { fakeHealth } from './fake-health.fixture.js';
import { allDone, fakeClient, quiet, sqsError, type Asked } from './fake-client.fixture.js';
import { Holds } from './holds.js';
import { queueWatches } from './queue-watches.js';
import { Settlements } from './settlements.js';

const ACK: Ack = { kind: 'ack', as: 'done' };
const retry = (after: number): Retry => ({
  kind: 'retry',
  after,
  cause: undefined,
  counts: true,
});

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
});
afterEach(() => {
  jest.useRealTimers();
});

/** Settlements of messages that are held for 30 s. */
function aStage(answer?: (asked: Asked) => unknown) {
  const { client, asked } = fakeClient(answer);
  const { health, troubles } = fakeHealth();
  const watches = queueWatches(health, 'orders');
  const watch = watches.visibility;
  const holds = new Holds({ client, url: 'url', visibility: 30_000, watch, quiet });
  const settlements = new Settlements({ client, url: 'url', holds, watches, quiet });
  const hold = (...ids: string[]): readonly SqsArrival[] => {
    const arrivals = ids.map((id) => anArrival(id));
    holds.take(arrivals);
    return arrivals;
  };
  return { asked, holds, settlements, hold, troubles };
}

const idsOf = (entries: unknown): readonly unknown[] =>
  (entries as readonly { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle);

describe('Settlements', () => {
  it('deletes ten at a time', async () => {
    const { asked, holds, settlements, hold } = aStage();
    const arrivals = hold(...Array.from({ length: 23 }, (_, index) => String(index)));

    await settlements.tell(arrivals.map((arrival) => ({ arrival, outcome: ACK })));

    expect(asked.map(({ name }) => name)).toEqual(Array(3).fill('DeleteMessageBatch'));
    expect(asked.map(({ input }) => idsOf(input.Entries).length)).toEqual([10, 10, 3]);
    expect(arrivals.some((arrival) => holds.has(arrival))).toBe(false);
    holds.close();
  });

  it('hides what is to run again, for so many whole seconds at least', async () => {
    const { asked, holds, settlements, hold } = aStage();
    const [first, second, third] = hold('a', 'b', 'c') as [SqsArrival, SqsArrival, SqsArrival];

    await settlements.tell([
      { arrival: first, outcome: retry(0) },
      { arrival: second, outcome: retry(1_000) },
      { arrival: third, outcome: retry(1_001) },
    ]);

    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      name: 'ChangeMessageVisibilityBatch',
      input: {
        Entries: [{ VisibilityTimeout: 0 }, { VisibilityTimeout: 1 }, { VisibilityTimeout: 2 }],
      },
    });
    holds.close();
  });

  it('tries again what failed in the batch, and only that', async () => {
    const answers = [
      {
        Successful: [{ Id: '0' }, { Id: '2' }],
        Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }],
      },
    ];
    const { asked, holds, settlements, hold } = aStage((ask) => answers.shift() ?? allDone(ask));

    const told = settlements.tell(
      hold('a', 'b', 'c').map((arrival) => ({ arrival, outcome: ACK })),
    );
    await jest.advanceTimersByTimeAsync(1_000);
    await told;

    expect(asked.map(({ input }) => idsOf(input.Entries))).toEqual([
      ['receipt-a', 'receipt-b', 'receipt-c'],
      ['receipt-b'],
    ]);
    holds.close();
  });

  it('lets go of what is no longer ours', async () => {
    const { asked, holds, settlements, hold } = aStage(() => ({
      Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid' }],
    }));

    await settlements.tell(hold('a').map((arrival) => ({ arrival, outcome: ACK })));

    expect(asked).toHaveLength(1);
    holds.close();
  });

  it('takes an entry that the answer does not name for not done', async () => {
    const answers = [{ Successful: [{ Id: '0' }] }, {}];
    const { asked, holds, settlements, hold } = aStage((ask) => answers.shift() ?? allDone(ask));

    const told = settlements.tell(hold('a', 'b').map((arrival) => ({ arrival, outcome: ACK })));
    await jest.advanceTimersByTimeAsync(1_000);
    await told;

    expect(asked.map(({ input }) => idsOf(input.Entries))).toEqual([
      ['receipt-a', 'receipt-b'],
      ['receipt-b'],
      ['receipt-b'],
    ]);
    holds.close();
  });

  it('gives back again what the answer does not name', async () => {
    const answers = [{}];
    const { asked, holds, settlements, hold } = aStage((ask) => answers.shift() ?? allDone(ask));

    const told = settlements.tell(hold('a').map((arrival) => ({ arrival, outcome: retry(0) })));
    await jest.advanceTimersByTimeAsync(1_000);
    await told;

    expect(asked.map(({ name }) => name)).toEqual(Array(2).fill('ChangeMessageVisibilityBatch'));
    holds.close();
  });

  it('drops what is no longer ours also where SQS refuses the request as a whole, and settles the others', async () => {
    const { asked, holds, settlements, hold } = aStage((ask) => {
      const receipts = idsOf(ask.input.Entries);
      if (receipts.includes('receipt-b')) throw sqsError('InvalidParameterValue');
      return allDone(ask);
    });
    const arrivals = hold('a', 'b', 'c');

    await settlements.tell(arrivals.map((arrival) => ({ arrival, outcome: ACK })));

    expect(asked.map(({ input }) => idsOf(input.Entries))).toEqual([
      ['receipt-a', 'receipt-b', 'receipt-c'],
      ['receipt-a'],
      ['receipt-b'],
      ['receipt-c'],
    ]);
    expect(arrivals.some((arrival) => holds.has(arrival))).toBe(false);
    holds.close();
  });

  it.each([
    [
      'as a whole',
      () => {
        throw sqsError('AccessDenied');
      },
    ],
    ['entry by entry', () => ({ Failed: [{ Id: '0', Code: 'AccessDenied', SenderFault: true }] })],
  ])(
    'asks seldom for a delete that is denied %s, and reports it after 30 s until it is done',
    async (_, deny) => {
      let isDenied = true;
      const { asked, holds, settlements, hold, troubles } = aStage((ask) =>
        ask.name === 'DeleteMessageBatch' && isDenied ? deny() : allDone(ask),
      );
      const deletes = (): number =>
        asked.filter(({ name }) => name === 'DeleteMessageBatch').length;

      const told = settlements.tell(hold('a').map((arrival) => ({ arrival, outcome: ACK })));
      await jest.advanceTimersByTimeAsync(29_000);
      const early = { deletes: deletes(), troubles: troubles.size };
      await jest.advanceTimersByTimeAsync(2_000);
      const late = troubles.get('SQS queue "orders" (deletes)');
      isDenied = false;
      await jest.advanceTimersByTimeAsync(5_000);
      await told;

      expect(early).toEqual({ deletes: 6, troubles: 0 });
      expect(late).toMatch(/SQS denies deleting what is done: AccessDenied.*sqs:DeleteMessage/);
      expect(troubles.size).toBe(0);
      holds.close();
    },
  );

  it('waits for SQS to come back', async () => {
    let failures = 3;
    const { asked, holds, settlements, hold } = aStage((ask) => {
      if (failures === 0 || ask.name !== 'DeleteMessageBatch') return allDone(ask);
      failures -= 1;
      throw new Error('away');
    });

    const told = settlements.tell(hold('a').map((arrival) => ({ arrival, outcome: ACK })));
    await jest.advanceTimersByTimeAsync(10_000);
    await told;

    expect(asked.filter(({ name }) => name === 'DeleteMessageBatch')).toHaveLength(4);
    holds.close();
  });

  it('never deletes with a receipt that has run out', async () => {
    const { asked, holds, settlements, hold } = aStage(() => {
      throw new Error('away');
    });
    const arrivals = hold('a');

    const told = settlements.tell(arrivals.map((arrival) => ({ arrival, outcome: ACK })));
    await jest.advanceTimersByTimeAsync(60_000);
    await told;
    const before = asked.length;
    await settlements.tell(arrivals.map((arrival) => ({ arrival, outcome: ACK })));

    expect(asked).toHaveLength(before);
    expect(arrivals[0]?.signal.aborted).toBe(true);
    holds.close();
  });
});

describe('Holds', () => {
  it('prolongs what is held, before it runs out', async () => {
    const { asked, holds, hold } = aStage(({ input }) => ({
      Successful: (input.Entries as readonly { Id: string }[]).map(({ Id }) => ({ Id })),
    }));
    const [arrival] = hold('a') as [SqsArrival];

    await jest.advanceTimersByTimeAsync(120_000);

    expect(holds.has(arrival)).toBe(true);
    expect(arrival.signal.aborted).toBe(false);
    expect(asked[0]).toMatchObject({
      name: 'ChangeMessageVisibilityBatch',
      input: { Entries: [{ ReceiptHandle: 'receipt-a', VisibilityTimeout: 30 }] },
    });
    holds.close();
  });

  it('tells the handler when SQS says that the message is somebody else’s', async () => {
    const { holds, hold } = aStage(() => ({
      Failed: [{ Id: '0', Code: 'MessageNotInflight', Message: 'not in flight' }],
    }));
    const [arrival] = hold('a') as [SqsArrival];

    await jest.advanceTimersByTimeAsync(10_000);

    expect(holds.has(arrival)).toBe(false);
    expect(arrival.signal.reason).toMatchObject({ code: 'TL_SQS_VISIBILITY_LOST' });
    holds.close();
  });

  it('holds on through an outage that is shorter than the visibility', async () => {
    let isAway = true;
    const { holds, hold } = aStage(() => {
      if (isAway) throw new Error('away');
      return { Successful: [{ Id: '0' }] };
    });
    const [arrival] = hold('a') as [SqsArrival];

    await jest.advanceTimersByTimeAsync(15_000);
    isAway = false;
    await jest.advanceTimersByTimeAsync(30_000);

    expect(holds.has(arrival)).toBe(true);
    holds.close();
  });

  it('takes a message that the answer does not name for not prolonged', async () => {
    const { holds, hold } = aStage(() => ({}));
    const [arrival] = hold('a') as [SqsArrival];

    await jest.advanceTimersByTimeAsync(30_001);

    expect(holds.has(arrival)).toBe(false);
    holds.close();
  });

  it('holds on to what SQS itself fails to prolong, and tells nobody that it is lost', async () => {
    let isFailing = true;
    const { holds, hold } = aStage((ask) =>
      isFailing
        ? { Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }
        : allDone(ask),
    );
    const [arrival] = hold('a') as [SqsArrival];

    await jest.advanceTimersByTimeAsync(15_000);
    isFailing = false;
    await jest.advanceTimersByTimeAsync(30_000);

    expect(holds.has(arrival)).toBe(true);
    expect(arrival.signal.aborted).toBe(false);
    holds.close();
  });

  it('reports for as long as visibilities cannot be changed, from 30 s on', async () => {
    let isDenied = true;
    const { holds, hold, troubles } = aStage((ask) => {
      if (isDenied) throw sqsError('AccessDenied');
      return allDone(ask);
    });
    hold('a');
    await jest.advanceTimersByTimeAsync(20_000);
    hold('b');
    await jest.advanceTimersByTimeAsync(20_000);

    const reported = troubles.get('SQS queue "orders" (visibility)');
    isDenied = false;
    hold('c');
    await jest.advanceTimersByTimeAsync(20_000);

    expect(reported).toMatch(/sqs:ChangeMessageVisibility/);
    expect(troubles.size).toBe(0);
    holds.close();
  });

  it('prolongs nothing that was released', async () => {
    const { asked, holds, hold } = aStage();
    const [arrival] = hold('a') as [SqsArrival];

    holds.release(arrival);
    await jest.advanceTimersByTimeAsync(60_000);

    expect(asked).toEqual([]);
    expect(arrival.signal.aborted).toBe(false);
    holds.close();
  });
});

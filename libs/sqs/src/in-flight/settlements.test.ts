import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Ack, Retry } from 'throughline/transport';
import type { SqsInbound } from '../messages/inbound-message.js';
import { allDone, sqsError } from '../client/fake-client.fixture.js';
import { aStage, idsOf } from './in-flight.fixture.js';

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

describe('Settlements', () => {
  it('deletes ten at a time', async () => {
    const { asked, holds, settlements, hold } = aStage();
    const inbounds = hold(...Array.from({ length: 23 }, (_, index) => String(index)));

    await settlements.tell(inbounds.map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked.map(({ name }) => name)).toEqual(Array(3).fill('DeleteMessageBatch'));
    expect(asked.map(({ input }) => idsOf(input.Entries).length)).toEqual([10, 10, 3]);
    expect(inbounds.some((inbound) => holds.has(inbound))).toBe(false);
    holds.close();
  });

  it('hides what is to run again, for so many whole seconds at least', async () => {
    const { asked, holds, settlements, hold } = aStage();
    const [first, second, third] = hold('a', 'b', 'c') as [SqsInbound, SqsInbound, SqsInbound];

    await settlements.tell([
      { inbound: first, outcome: retry(0) },
      { inbound: second, outcome: retry(1_000) },
      { inbound: third, outcome: retry(1_001) },
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
      hold('a', 'b', 'c').map((inbound) => ({ inbound, outcome: ACK })),
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

    await settlements.tell(hold('a').map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked).toHaveLength(1);
    holds.close();
  });

  it('takes an entry that the answer does not name for not done', async () => {
    const answers = [{ Successful: [{ Id: '0' }] }, {}];
    const { asked, holds, settlements, hold } = aStage((ask) => answers.shift() ?? allDone(ask));

    const told = settlements.tell(hold('a', 'b').map((inbound) => ({ inbound, outcome: ACK })));
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

    const told = settlements.tell(hold('a').map((inbound) => ({ inbound, outcome: retry(0) })));
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
    const inbounds = hold('a', 'b', 'c');

    await settlements.tell(inbounds.map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked.map(({ input }) => idsOf(input.Entries))).toEqual([
      ['receipt-a', 'receipt-b', 'receipt-c'],
      ['receipt-a'],
      ['receipt-b'],
      ['receipt-c'],
    ]);
    expect(inbounds.some((inbound) => holds.has(inbound))).toBe(false);
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

      const told = settlements.tell(hold('a').map((inbound) => ({ inbound, outcome: ACK })));
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

    const told = settlements.tell(hold('a').map((inbound) => ({ inbound, outcome: ACK })));
    await jest.advanceTimersByTimeAsync(10_000);
    await told;

    expect(asked.filter(({ name }) => name === 'DeleteMessageBatch')).toHaveLength(4);
    holds.close();
  });

  it('never deletes with a receipt that has run out', async () => {
    const { asked, holds, settlements, hold } = aStage(() => {
      throw new Error('away');
    });
    const inbounds = hold('a');

    const told = settlements.tell(inbounds.map((inbound) => ({ inbound, outcome: ACK })));
    await jest.advanceTimersByTimeAsync(60_000);
    await told;
    const before = asked.length;
    await settlements.tell(inbounds.map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked).toHaveLength(before);
    expect(inbounds[0]?.signal.aborted).toBe(true);
    holds.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Ack, Retry } from 'throughline/transport';
import type { SqsInbound } from '../messages/inbound-message.js';
import { allDone, sqsError } from '../client/fake-client.fixture.js';
import { inFlight, receiptsOf } from './in-flight.fixture.js';

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
    const { asked, heartbeat, settlements, receive } = inFlight();
    const inbounds = receive(...Array.from({ length: 23 }, (_, index) => String(index)));

    await settlements.settle(inbounds.map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked.map(({ name }) => name)).toEqual(Array(3).fill('DeleteMessageBatch'));
    expect(asked.map(({ input }) => receiptsOf(input.Entries).length)).toEqual([10, 10, 3]);
    expect(inbounds.some((inbound) => heartbeat.owns(inbound))).toBe(false);
    heartbeat.close();
  });

  it('hides messages to be retried, for the delay rounded up to whole seconds', async () => {
    const { asked, heartbeat, settlements, receive } = inFlight();
    const [first, second, third] = receive('a', 'b', 'c') as [SqsInbound, SqsInbound, SqsInbound];

    await settlements.settle([
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
    heartbeat.close();
  });

  it('returns a message only after an extension that is under way, and begins none meanwhile', async () => {
    const answers = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const { asked, heartbeat, settlements, receive } = inFlight(async (request) => {
      await answers[asked.length - 1]?.promise;
      return allDone(request);
    });
    const [inbound] = receive('a') as [SqsInbound];
    const timeouts = (): readonly unknown[] =>
      asked.flatMap(({ input }) =>
        (input.Entries as readonly { VisibilityTimeout: number }[]).map(
          ({ VisibilityTimeout }) => VisibilityTimeout,
        ),
      );
    await jest.advanceTimersByTimeAsync(10_000);

    const settled = settlements.settle([{ inbound, outcome: retry(1_000) }]);
    await jest.advanceTimersByTimeAsync(0);
    const duringTheExtension = timeouts();
    answers[0]?.resolve(undefined);
    await jest.advanceTimersByTimeAsync(25_000);
    const duringTheReturn = timeouts();
    answers[1]?.resolve(undefined);
    await settled;

    expect(duringTheExtension).toEqual([30]);
    expect(duringTheReturn).toEqual([30, 1]);
    expect(timeouts()).toEqual([30, 1]);
    heartbeat.close();
  });

  it('retries entries that failed, and only these', async () => {
    const answers = [
      {
        Successful: [{ Id: '0' }, { Id: '2' }],
        Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }],
      },
    ];
    const { asked, heartbeat, settlements, receive } = inFlight(
      (ask) => answers.shift() ?? allDone(ask),
    );

    const settled = settlements.settle(
      receive('a', 'b', 'c').map((inbound) => ({ inbound, outcome: ACK })),
    );
    await jest.advanceTimersByTimeAsync(1_000);
    await settled;

    expect(asked.map(({ input }) => receiptsOf(input.Entries))).toEqual([
      ['receipt-a', 'receipt-b', 'receipt-c'],
      ['receipt-b'],
    ]);
    heartbeat.close();
  });

  it('drops a message that is no longer ours', async () => {
    const { asked, heartbeat, settlements, receive } = inFlight(() => ({
      Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid' }],
    }));

    await settlements.settle(receive('a').map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked).toHaveLength(1);
    heartbeat.close();
  });

  it('retries entries that the answer does not mention', async () => {
    const answers = [{ Successful: [{ Id: '0' }] }, {}];
    const { asked, heartbeat, settlements, receive } = inFlight(
      (ask) => answers.shift() ?? allDone(ask),
    );

    const settled = settlements.settle(
      receive('a', 'b').map((inbound) => ({ inbound, outcome: ACK })),
    );
    await jest.advanceTimersByTimeAsync(1_000);
    await settled;

    expect(asked.map(({ input }) => receiptsOf(input.Entries))).toEqual([
      ['receipt-a', 'receipt-b'],
      ['receipt-b'],
      ['receipt-b'],
    ]);
    heartbeat.close();
  });

  it('retries returning a message that the answer does not mention', async () => {
    const answers = [{}];
    const { asked, heartbeat, settlements, receive } = inFlight(
      (ask) => answers.shift() ?? allDone(ask),
    );

    const settled = settlements.settle(
      receive('a').map((inbound) => ({ inbound, outcome: retry(0) })),
    );
    await jest.advanceTimersByTimeAsync(1_000);
    await settled;

    expect(asked.map(({ name }) => name)).toEqual(Array(2).fill('ChangeMessageVisibilityBatch'));
    heartbeat.close();
  });

  it('drops a message that is no longer ours if SQS refuses the whole request, and settles the others', async () => {
    const { asked, heartbeat, settlements, receive } = inFlight((ask) => {
      const receipts = receiptsOf(ask.input.Entries);
      if (receipts.includes('receipt-b')) throw sqsError('InvalidParameterValue');
      return allDone(ask);
    });
    const inbounds = receive('a', 'b', 'c');

    await settlements.settle(inbounds.map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked.map(({ input }) => receiptsOf(input.Entries))).toEqual([
      ['receipt-a', 'receipt-b', 'receipt-c'],
      ['receipt-a'],
      ['receipt-b'],
      ['receipt-c'],
    ]);
    expect(inbounds.some((inbound) => heartbeat.owns(inbound))).toBe(false);
    heartbeat.close();
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
    'retries a delete every 5 s that is denied %s, and reports it from 30 s on until it succeeds',
    async (_, deny) => {
      let isDenied = true;
      const { asked, heartbeat, settlements, receive, troubles } = inFlight((ask) =>
        ask.name === 'DeleteMessageBatch' && isDenied ? deny() : allDone(ask),
      );
      const deletes = (): number =>
        asked.filter(({ name }) => name === 'DeleteMessageBatch').length;

      const settled = settlements.settle(
        receive('a').map((inbound) => ({ inbound, outcome: ACK })),
      );
      await jest.advanceTimersByTimeAsync(29_000);
      const early = { deletes: deletes(), troubles: troubles.size };
      await jest.advanceTimersByTimeAsync(2_000);
      const late = troubles.get('SQS queue "orders" (deletes)');
      isDenied = false;
      await jest.advanceTimersByTimeAsync(5_000);
      await settled;

      expect(early).toEqual({ deletes: 6, troubles: 0 });
      expect(late).toMatch(
        /SQS denied the request while deleting processed messages: AccessDenied.*sqs:DeleteMessage/,
      );
      expect(troubles.size).toBe(0);
      heartbeat.close();
    },
  );

  it('retries until an outage ends', async () => {
    let failures = 3;
    const { asked, heartbeat, settlements, receive } = inFlight((ask) => {
      if (failures === 0 || ask.name !== 'DeleteMessageBatch') return allDone(ask);
      failures -= 1;
      throw new Error('unavailable');
    });

    const settled = settlements.settle(receive('a').map((inbound) => ({ inbound, outcome: ACK })));
    await jest.advanceTimersByTimeAsync(10_000);
    await settled;

    expect(asked.filter(({ name }) => name === 'DeleteMessageBatch')).toHaveLength(4);
    heartbeat.close();
  });

  it('never deletes with an expired receipt', async () => {
    const { asked, heartbeat, settlements, receive } = inFlight(() => {
      throw new Error('unavailable');
    });
    const inbounds = receive('a');

    const settled = settlements.settle(inbounds.map((inbound) => ({ inbound, outcome: ACK })));
    await jest.advanceTimersByTimeAsync(60_000);
    await settled;
    const before = asked.length;
    await settlements.settle(inbounds.map((inbound) => ({ inbound, outcome: ACK })));

    expect(asked).toHaveLength(before);
    expect(inbounds[0]?.signal.aborted).toBe(true);
    heartbeat.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { SqsInbound } from '../messages/inbound-message.js';
import { allDone, sqsError } from '../client/fake-client.fixture.js';
import { aStage } from './in-flight.fixture.js';

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
});
afterEach(() => {
  jest.useRealTimers();
});

describe('Holds', () => {
  it('prolongs what is held, before it runs out', async () => {
    const { asked, holds, hold } = aStage(({ input }) => ({
      Successful: (input.Entries as readonly { Id: string }[]).map(({ Id }) => ({ Id })),
    }));
    const [inbound] = hold('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(120_000);

    expect(holds.has(inbound)).toBe(true);
    expect(inbound.signal.aborted).toBe(false);
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
    const [inbound] = hold('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(10_000);

    expect(holds.has(inbound)).toBe(false);
    expect(inbound.signal.reason).toMatchObject({ code: 'TL_SQS_VISIBILITY_LOST' });
    holds.close();
  });

  it('holds on through an outage that is shorter than the visibility', async () => {
    let isAway = true;
    const { holds, hold } = aStage(() => {
      if (isAway) throw new Error('away');
      return { Successful: [{ Id: '0' }] };
    });
    const [inbound] = hold('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(15_000);
    isAway = false;
    await jest.advanceTimersByTimeAsync(30_000);

    expect(holds.has(inbound)).toBe(true);
    holds.close();
  });

  it('takes a message that the answer does not name for not prolonged', async () => {
    const { holds, hold } = aStage(() => ({}));
    const [inbound] = hold('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(30_001);

    expect(holds.has(inbound)).toBe(false);
    holds.close();
  });

  it('holds on to what SQS itself fails to prolong, and tells nobody that it is lost', async () => {
    let isFailing = true;
    const { holds, hold } = aStage((ask) =>
      isFailing
        ? { Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }
        : allDone(ask),
    );
    const [inbound] = hold('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(15_000);
    isFailing = false;
    await jest.advanceTimersByTimeAsync(30_000);

    expect(holds.has(inbound)).toBe(true);
    expect(inbound.signal.aborted).toBe(false);
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
    const [inbound] = hold('a') as [SqsInbound];

    holds.release(inbound);
    await jest.advanceTimersByTimeAsync(60_000);

    expect(asked).toEqual([]);
    expect(inbound.signal.aborted).toBe(false);
    holds.close();
  });
});

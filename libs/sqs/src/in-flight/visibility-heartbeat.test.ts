import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { SqsInbound } from '../messages/inbound-message.js';
import { allDone, sqsError } from '../client/fake-client.fixture.js';
import { inFlight } from './in-flight.fixture.js';

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
});
afterEach(() => {
  jest.useRealTimers();
});

describe('VisibilityHeartbeat', () => {
  it('extends the visibility of a message before it ends', async () => {
    const { asked, heartbeat, receive } = inFlight(({ input }) => ({
      Successful: (input.Entries as readonly { Id: string }[]).map(({ Id }) => ({ Id })),
    }));
    const [inbound] = receive('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(120_000);

    expect(heartbeat.owns(inbound)).toBe(true);
    expect(inbound.signal.aborted).toBe(false);
    expect(asked[0]).toMatchObject({
      name: 'ChangeMessageVisibilityBatch',
      input: { Entries: [{ ReceiptHandle: 'receipt-a', VisibilityTimeout: 30 }] },
    });
    heartbeat.close();
  });

  it('aborts the signal if SQS says that the receipt is no longer valid', async () => {
    const { heartbeat, receive } = inFlight(() => ({
      Failed: [{ Id: '0', Code: 'MessageNotInflight', Message: 'not in flight' }],
    }));
    const [inbound] = receive('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(10_000);

    expect(heartbeat.owns(inbound)).toBe(false);
    expect(inbound.signal.reason).toMatchObject({ code: 'TL_SQS_VISIBILITY_LOST' });
    heartbeat.close();
  });

  it('does not lose messages in an outage that is shorter than the visibility', async () => {
    let isUnavailable = true;
    const { heartbeat, receive } = inFlight(() => {
      if (isUnavailable) throw new Error('unavailable');
      return { Successful: [{ Id: '0' }] };
    });
    const [inbound] = receive('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(15_000);
    isUnavailable = false;
    await jest.advanceTimersByTimeAsync(30_000);

    expect(heartbeat.owns(inbound)).toBe(true);
    heartbeat.close();
  });

  it('loses a message whose visibility ended while the process was suspended, at the next beat and without a timer', async () => {
    const { heartbeat, receive } = inFlight(() => {
      jest.setSystemTime(Date.now() + 60_000);
      throw new Error('unavailable');
    });
    const [inbound] = receive('a') as [SqsInbound];
    const setTimer = jest.spyOn(globalThis, 'setTimeout');

    await jest.advanceTimersByTimeAsync(10_000);

    expect(inbound.signal.reason).toMatchObject({ code: 'TL_SQS_VISIBILITY_LOST' });
    expect(setTimer).not.toHaveBeenCalled();
    heartbeat.close();
  });

  it('does not count a message as extended that the answer does not mention', async () => {
    const { heartbeat, receive } = inFlight(() => ({}));
    const [inbound] = receive('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(30_001);

    expect(heartbeat.owns(inbound)).toBe(false);
    heartbeat.close();
  });

  it('retries an extension that fails in SQS, without aborting the signal', async () => {
    let isFailing = true;
    const { heartbeat, receive } = inFlight((ask) =>
      isFailing
        ? { Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }
        : allDone(ask),
    );
    const [inbound] = receive('a') as [SqsInbound];

    await jest.advanceTimersByTimeAsync(15_000);
    isFailing = false;
    await jest.advanceTimersByTimeAsync(30_000);

    expect(heartbeat.owns(inbound)).toBe(true);
    expect(inbound.signal.aborted).toBe(false);
    heartbeat.close();
  });

  it('reports after 30 s that visibilities cannot be changed, until they can', async () => {
    let isDenied = true;
    const { heartbeat, receive, troubles } = inFlight((ask) => {
      if (isDenied) throw sqsError('AccessDenied');
      return allDone(ask);
    });
    receive('a');
    await jest.advanceTimersByTimeAsync(20_000);
    receive('b');
    await jest.advanceTimersByTimeAsync(20_000);

    const reported = troubles.get('SQS queue "orders" (visibility)');
    isDenied = false;
    receive('c');
    await jest.advanceTimersByTimeAsync(20_000);

    expect(reported).toMatch(/sqs:ChangeMessageVisibility/);
    expect(troubles.size).toBe(0);
    heartbeat.close();
  });

  it('does not extend a message that was released', async () => {
    const { asked, heartbeat, receive } = inFlight();
    const [inbound] = receive('a') as [SqsInbound];

    heartbeat.release(inbound);
    await jest.advanceTimersByTimeAsync(60_000);

    expect(asked).toEqual([]);
    expect(inbound.signal.aborted).toBe(false);
    heartbeat.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { anInbound } from '../pipeline/inbound-message.fixture.js';
import { ATTENTION_AFTER } from 'throughline/transport';
import { ThroughlineError } from '#base';
import { Lane, PartitionLanes, Task } from './lanes/task.js';
import { ACK, type Outcome } from 'throughline/transport';
import { BlockedMessages } from './blocked-messages.js';

const denied = new ThroughlineError('TL_KAFKA_DENIED', 'The topic is denied.', {
  errorClass: 'blocked',
});

const retry = (cause: unknown): Outcome => ({ kind: 'retry', after: 0, cause, counts: false });

/** A dead letter that its channel does not take. */
const unstored = (cause: unknown): Outcome => ({
  kind: 'retry',
  after: 0,
  cause,
  counts: false,
  storeAgain: () => Promise.resolve(ACK),
});

const aTask = (id: string): Task => {
  const inbound = { ...anInbound({ id }), receivedAt: Date.parse('2026-11-27T12:00:00Z') };
  return new Task(inbound, new Lane(new PartitionLanes('orders'), inbound), 0);
};

describe('BlockedMessages', () => {
  const troubles = new Map<string, string>();
  const health = {
    report: (who: string, what: string): void => void troubles.set(who, what),
    clear: (who: string): void => void troubles.delete(who),
  };
  const messages = (retention?: number): BlockedMessages =>
    new BlockedMessages({
      handler: 'Orders.process',
      health,
      retention: () => Promise.resolve(retention),
    });
  const lastLong = (): Promise<void> => jest.advanceTimersByTimeAsync(ATTENTION_AFTER);
  const [trouble, ...others] = ['Orders.process (blocked)'];
  beforeEach(() => {
    jest.useFakeTimers();
    troubles.clear();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('reports a message that is blocked for long, and until when its broker keeps it', async () => {
    messages(3_600_000).saw(aTask('m1'), retry(denied));
    await lastLong();

    expect([...troubles.keys(), ...others]).toEqual([trouble]);
    expect(troubles.get(trouble)).toBe(
      'Message m1 is waiting: TL_KAFKA_DENIED: The topic is denied. If the problem persists, the broker will delete the message at 2026-11-27T13:00:00.000Z.',
    );
  });

  it('reports a dead letter that its channel refuses', async () => {
    messages().saw(aTask('m1'), unstored(new Error('too large')));
    await lastLong();

    expect(troubles.get(trouble)).toMatch(
      /The dead letter of message m1 cannot be stored: too large\./,
    );
  });

  it('clears its report once the last of them has come to an end', async () => {
    const blocked = messages();
    const [first, second] = [aTask('m1'), aTask('m2')];
    blocked.saw(first, retry(denied));
    blocked.saw(second, retry(denied));
    await lastLong();

    blocked.saw(first, ACK);
    expect(troubles.size).toBe(1);
    blocked.saw(second, ACK);

    expect(troubles.size).toBe(0);
  });

  it('forgets what was dropped: it is somebody else’s by now', async () => {
    const blocked = messages();
    const task = aTask('m1');
    blocked.saw(task, retry(denied));
    await lastLong();

    task.isDropped = true;
    blocked.forgetGone();

    expect(troubles.size).toBe(0);
  });

  it.each([
    ['its own failure', retry(new Error('no stock'))],
    ['an outage', retry(new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'away'))],
    [
      'an outage of its dead-letter channel',
      unstored(new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'away')),
    ],
  ])('reports nothing for %s', async (_, outcome) => {
    messages().saw(aTask('m1'), outcome);
    await lastLong();

    expect(troubles.size).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { anInbound } from '../messages/inbound-message.fixture.js';
import { fakeHealth } from '../queues/fake-health.fixture.js';
import { fakeClient, suppress } from '../client/fake-client.fixture.js';
import { VisibilityHeartbeat } from './visibility-heartbeat.js';
import { queueWatches } from '../queues/queue-watches.js';
import { Settlements } from './settlements.js';

const HOUR = 60 * 60 * 1_000;
const TWELVE_HOURS = 12 * HOUR;

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
});
afterEach(() => {
  jest.useRealTimers();
});

/** A message in flight that is never settled, and when its visibility was changed, and to how many seconds. */
function aMessage(visibility: number) {
  const began = Date.now();
  const changes: { readonly at: number; readonly seconds: number }[] = [];
  const { client, asked } = fakeClient(({ input }) => {
    const [{ VisibilityTimeout } = { VisibilityTimeout: NaN }] = input.Entries as readonly {
      VisibilityTimeout: number;
    }[];
    changes.push({ at: Date.now() - began, seconds: VisibilityTimeout });
    return { Successful: [{ Id: '0' }] };
  });
  const watches = queueWatches(fakeHealth().health, '"orders"');
  const watch = watches.visibility;
  const heartbeat = new VisibilityHeartbeat({ client, url: 'url', visibility, watch, suppress });
  const settlements = new Settlements({ client, url: 'url', heartbeat, watches, suppress });
  const inbound = anInbound('long');
  const lost: number[] = [];
  inbound.signal.addEventListener('abort', () => lost.push(Date.now() - began));
  heartbeat.add([inbound]);
  return { heartbeat, settlements, inbound, changes, asked, lost };
}

describe('a run of more than 12 hours', () => {
  it.each([30_000, 7 * 60_000, 5 * HOUR])(
    'stays hidden for 12 hours and no longer, and its signal aborts in time (visibility %d ms)',
    async (visibility) => {
      const { heartbeat, changes, lost } = aMessage(visibility);

      await jest.advanceTimersByTimeAsync(TWELVE_HOURS + HOUR);

      const ends = changes.map(({ at, seconds }) => at + seconds * 1_000);
      expect(changes.every(({ seconds }) => seconds > 0)).toBe(true);
      expect(Math.max(...ends)).toBeLessThanOrEqual(TWELVE_HOURS - 20_000);
      expect(Math.max(...ends)).toBeGreaterThan(TWELVE_HOURS - 60_000);
      expect(lost).toHaveLength(1);
      expect((lost[0] ?? 0) - Math.max(...ends)).toBeLessThanOrEqual(1);
      heartbeat.close();
    },
  );

  it('learns the reason from its signal', async () => {
    const { heartbeat, inbound } = aMessage(30_000);

    await jest.advanceTimersByTimeAsync(TWELVE_HOURS);

    expect(inbound.signal.reason).toMatchObject({ code: 'TL_SQS_VISIBILITY_LOST' });
    expect(heartbeat.owns(inbound)).toBe(false);
    heartbeat.close();
  });
});

describe('a message whose visibility cannot be extended', () => {
  it('is lost when its visibility timeout ends, not at the next beat', async () => {
    const { client } = fakeClient(() => {
      throw new Error('unavailable');
    });
    const watch = queueWatches(fakeHealth().health, '"orders"').visibility;
    const heartbeat = new VisibilityHeartbeat({
      client,
      url: 'url',
      visibility: 30_000,
      watch,
      suppress,
    });
    await jest.advanceTimersByTimeAsync(4_000);
    const inbound = anInbound('late');
    heartbeat.add([inbound]);

    await jest.advanceTimersByTimeAsync(30_001);

    expect(inbound.signal.aborted).toBe(true);
    heartbeat.close();
  });
});

describe('a retry that would be later than 12 hours after the receive', () => {
  it('takes place as late as SQS allows', async () => {
    const { heartbeat, settlements, inbound, changes } = aMessage(2 * HOUR);
    await jest.advanceTimersByTimeAsync(HOUR);
    const before = changes.length;

    await settlements.settle([
      { inbound, outcome: { kind: 'retry', after: 24 * HOUR, cause: undefined, counts: true } },
    ]);

    expect(changes.slice(before)).toEqual([{ at: HOUR, seconds: 11 * 3_600 - 30 }]);
    heartbeat.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { anInbound } from '../messages/inbound-message.fixture.js';
import { fakeHealth } from '../queues/fake-health.fixture.js';
import { fakeClient, suppress } from '../client/fake-client.fixture.js';
import { Holds } from './visibility-heartbeat.js';
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

/** A message that is held on to for as long as it can be, and every change of its visibility: when, and for how long. */
function aStage(visibility: number) {
  const began = Date.now();
  const changes: { readonly at: number; readonly seconds: number }[] = [];
  const { client, asked } = fakeClient(({ input }) => {
    const [{ VisibilityTimeout } = { VisibilityTimeout: NaN }] = input.Entries as readonly {
      VisibilityTimeout: number;
    }[];
    changes.push({ at: Date.now() - began, seconds: VisibilityTimeout });
    return { Successful: [{ Id: '0' }] };
  });
  const watches = queueWatches(fakeHealth().health, 'orders');
  const watch = watches.visibility;
  const holds = new Holds({ client, url: 'url', visibility, watch, suppress });
  const settlements = new Settlements({ client, url: 'url', holds, watches, suppress });
  const inbound = anInbound('long');
  const lost: number[] = [];
  inbound.signal.addEventListener('abort', () => lost.push(Date.now() - began));
  holds.take([inbound]);
  return { holds, settlements, inbound, changes, asked, lost };
}

describe('a run of more than 12 hours', () => {
  it.each([30_000, 7 * 60_000, 5 * HOUR])(
    'is held on to until then, never beyond, and told in time (visibility %d ms)',
    async (visibility) => {
      const { holds, changes, lost } = aStage(visibility);

      await jest.advanceTimersByTimeAsync(TWELVE_HOURS + HOUR);

      const ends = changes.map(({ at, seconds }) => at + seconds * 1_000);
      expect(changes.every(({ seconds }) => seconds > 0)).toBe(true);
      expect(Math.max(...ends)).toBeLessThanOrEqual(TWELVE_HOURS - 20_000);
      expect(Math.max(...ends)).toBeGreaterThan(TWELVE_HOURS - 60_000);
      expect(lost).toHaveLength(1);
      expect((lost[0] ?? 0) - Math.max(...ends)).toBeLessThanOrEqual(1);
      holds.close();
    },
  );

  it('is told by its signal why', async () => {
    const { holds, inbound } = aStage(30_000);

    await jest.advanceTimersByTimeAsync(TWELVE_HOURS);

    expect(inbound.signal.reason).toMatchObject({ code: 'TL_SQS_VISIBILITY_LOST' });
    expect(holds.has(inbound)).toBe(false);
    holds.close();
  });
});

describe('a message whose hold SQS does not prolong', () => {
  it('is lost at its deadline, wherever the next look would be', async () => {
    const { client } = fakeClient(() => {
      throw new Error('away');
    });
    const watch = queueWatches(fakeHealth().health, 'orders').visibility;
    const holds = new Holds({ client, url: 'url', visibility: 30_000, watch, suppress });
    await jest.advanceTimersByTimeAsync(4_000);
    const inbound = anInbound('late');
    holds.take([inbound]);

    await jest.advanceTimersByTimeAsync(30_001);

    expect(inbound.signal.aborted).toBe(true);
    holds.close();
  });
});

describe('a retry that would be later than 12 hours after the receive', () => {
  it('is as late as SQS allows', async () => {
    const { holds, settlements, inbound, changes } = aStage(2 * HOUR);
    await jest.advanceTimersByTimeAsync(HOUR);
    const before = changes.length;

    await settlements.tell([
      { inbound, outcome: { kind: 'retry', after: 24 * HOUR, cause: undefined, counts: true } },
    ]);

    expect(changes.slice(before)).toEqual([{ at: HOUR, seconds: 11 * 3_600 - 30 }]);
    holds.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { KafkaRecord } from '../../driver.js';
import { firstStep, takeRest, type Steps } from './fetch-steps.js';
import { CapacityWait } from './capacity-wait.js';

const records = (count: number): readonly KafkaRecord[] =>
  Array.from({ length: count }, (_, offset) => ({
    offset,
    key: null,
    value: null,
    headers: {},
    timestamp: 0,
    leaderEpoch: 0,
  }));

/** Takes all records, unless the options say otherwise. */
function taking(wish: Partial<Steps> = {}): { steps: Steps; sizes: number[]; offsets: number[] } {
  const sizes: number[] = [];
  const offsets: number[] = [];
  const steps: Steps = {
    take: (some) => {
      sizes.push(some.length);
      offsets.push(...some.map(({ offset }) => offset));
    },
    isWanted: () => true,
    isFull: () => false,
    capacityWait: new CapacityWait(),
    ...wish,
  };
  return { steps, sizes, offsets };
}

/** Takes the records of a fetch as the source does. */
function takeInSteps(fetched: readonly KafkaRecord[], steps: Steps): Promise<void> {
  steps.take(firstStep(fetched));
  return takeRest(fetched, steps);
}

describe('The records of a fetch', () => {
  it('are taken in one step if they are few', () => {
    const few = records(100);

    expect(firstStep(few)).toBe(few);
  });

  it('are all taken in order, in steps, if they are many', async () => {
    const { steps, sizes, offsets } = taking();

    await takeInSteps(records(250), steps);

    expect(sizes).toEqual([100, 100, 50]);
    expect(offsets).toEqual(records(250).map(({ offset }) => offset));
  });

  it('are no longer taken once the partition is no longer read', async () => {
    let isWanted = true;
    const { steps, sizes } = taking({ isWanted: () => isWanted });

    const rest = takeInSteps(records(250), steps);
    isWanted = false;
    await rest;

    expect(sizes).toEqual([100]);
  });

  describe('without capacity', () => {
    beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
    afterEach(() => void jest.useRealTimers());

    it('wait until there is some', async () => {
      const capacityWait = new CapacityWait();
      let isFull = true;
      const { steps, sizes } = taking({ isFull: () => isFull, capacityWait });

      const rest = takeInSteps(records(150), steps);
      await jest.advanceTimersByTimeAsync(500);
      expect(sizes).toEqual([100]);
      isFull = false;
      capacityWait.end();
      await rest;

      expect(sizes).toEqual([100, 50]);
    });

    it('are taken after a second regardless', async () => {
      const { steps, sizes } = taking({ isFull: () => true });

      const rest = takeInSteps(records(1_000), steps);
      await jest.advanceTimersByTimeAsync(1_001);
      await rest;

      expect(sizes).toEqual([100, 900]);
    });
  });
});

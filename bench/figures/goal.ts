import { median } from './median.js';
import { eachRound, type Round } from './row.js';
import type { Sample } from './sample.js';

/** What has to show in a scenario. */
export interface Goal {
  readonly text: string;
  /** The figure in one round; `sampleOf` throws for a contender that has none there. */
  readonly figure: (sampleOf: (contender: string) => Sample) => number;
  readonly limit: { readonly atLeast: number } | { readonly atMost: number };
}

/** How a goal stands. */
export interface Verdict {
  readonly scenario: string;
  readonly goal: string;
  /** The median of the rounds; `null` where it could not be measured. */
  readonly value: number | null;
  readonly limit: number;
  readonly isReached: boolean;
}

/** That a contender is so many times as fast as another. */
export const fasterThan = (contender: string, other: string, atLeast: number): Goal => ({
  text: `${contender} ≥ ${atLeast} × ${other}`,
  figure: (of) => of(contender).perSecond / of(other).perSecond,
  limit: { atLeast },
});

/** That a message costs a contender at most so many microseconds of CPU more than another. */
export const atMostBeyond = (contender: string, other: string, micros: number): Goal => ({
  text: `${contender} ≤ ${micros} µs a message beyond ${other}`,
  figure: (of) => of(contender).cpuMicros - of(other).cpuMicros,
  limit: { atMost: micros },
});

/** That a contender makes at most so many requests a message. */
export const requestsAtMost = (contender: string, atMost: number): Goal => ({
  text: `${contender} ≤ ${atMost} requests a message`,
  figure: (of) => of(contender).requestsPerMessage ?? NaN,
  limit: { atMost },
});

class NotMeasured extends Error {}

/** A goal that needs what was not measured is not reached. */
export function verdictOn(goal: Goal, scenario: string, rounds: readonly Round[]): Verdict {
  const { text, figure, limit } = goal;
  const values = eachRound(rounds, (sampleIn) => {
    try {
      return figure((contender) => {
        const sample = sampleIn(contender);
        if (sample === undefined) throw new NotMeasured();
        return sample;
      });
    } catch (error) {
      if (error instanceof NotMeasured) return undefined;
      throw error;
    }
  });
  const value = median(values);
  return {
    scenario,
    goal: text,
    value: Number.isNaN(value) ? null : value,
    limit: 'atLeast' in limit ? limit.atLeast : limit.atMost,
    isReached: 'atLeast' in limit ? value >= limit.atLeast : value <= limit.atMost,
  };
}

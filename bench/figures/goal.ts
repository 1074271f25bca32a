import { median } from './median.js';
import { eachRound, type Round } from './row.js';
import type { Sample } from './sample.js';

/** A goal of a scenario. */
export interface Goal {
  readonly text: string;
  /** The figure in one round. `sampleOf` throws for a candidate without a sample. */
  readonly figure: (sampleOf: (candidate: string) => Sample) => number;
  readonly limit: { readonly atLeast: number } | { readonly atMost: number };
}

/** The result of a goal. */
export interface GoalResult {
  readonly scenario: string;
  readonly goal: string;
  /** The median of the rounds. `null` if it could not be measured. */
  readonly value: number | null;
  readonly limit: number;
  readonly isReached: boolean;
}

/** A candidate is at least this many times as fast as another. */
export const fasterThan = (candidate: string, other: string, atLeast: number): Goal => ({
  text: `${candidate} ≥ ${atLeast} × ${other}`,
  figure: (of) => of(candidate).perSecond / of(other).perSecond,
  limit: { atLeast },
});

/** A message costs a candidate at most this many microseconds of CPU more than another. */
export const atMostBeyond = (candidate: string, other: string, micros: number): Goal => ({
  text: `${candidate} ≤ ${micros} µs a message beyond ${other}`,
  figure: (of) => of(candidate).cpuMicros - of(other).cpuMicros,
  limit: { atMost: micros },
});

/** A candidate makes at most this many requests per message. */
export const requestsAtMost = (candidate: string, atMost: number): Goal => ({
  text: `${candidate} ≤ ${atMost} requests a message`,
  figure: (of) => of(candidate).requestsPerMessage ?? NaN,
  limit: { atMost },
});

class NotMeasured extends Error {}

/** Evaluates a goal. It is not reached if a sample is missing. */
export function evaluateGoal(goal: Goal, scenario: string, rounds: readonly Round[]): GoalResult {
  const { text, figure, limit } = goal;
  const values = eachRound(rounds, (sampleIn) => {
    try {
      return figure((candidate) => {
        const sample = sampleIn(candidate);
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

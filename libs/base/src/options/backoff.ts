import { milliseconds, type Duration } from './duration.js';
import { assertOptions } from './option-checks.js';
import { duration, required } from './option-rules.js';

const RULES = { first: required(duration), max: required(duration) };

/** How long a message waits before a retry. */
export interface Backoff {
  /** The longest wait, in milliseconds. */
  readonly longest: number;
  /** The wait in milliseconds after the given number of failed runs, counted from 1. */
  next(failures: number): number;
}

/**
 * Doubles from `first` up to `max`.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`
 * @example
 * exponential('1s', '30s') // 1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s …
 */
export function exponential(first: Duration, max: Duration): Backoff {
  assertOptions('exponential()', { first, max }, RULES);
  const start = milliseconds(first);
  const longest = milliseconds(max);
  return {
    longest,
    next: (failures) => Math.min(longest, start * 2 ** Math.max(0, failures - 1)),
  };
}

import { milliseconds, type Duration } from './duration.js';
import { assertOptions } from './option-checks.js';
import { duration, required } from './option-rules.js';

const RULES = { first: required(duration), max: required(duration) };

/** Determines how long a message waits before a retry. */
export interface Backoff {
  /** The longest wait before a retry, in milliseconds. */
  readonly longest: number;
  /** Returns the wait before the next run, in milliseconds. `failures` is the number of failed runs so far, at least 1. */
  next(failures: number): number;
}

/**
 * Creates a backoff whose wait doubles from `first` up to `max`.
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

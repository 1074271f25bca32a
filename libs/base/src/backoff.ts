import { milliseconds, type Duration } from './duration.js';

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
 * @example
 * exponential('1s', '30s') // 1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s …
 */
export function exponential(first: Duration, max: Duration): Backoff {
  const start = milliseconds(first);
  const longest = milliseconds(max);
  return {
    longest,
    next: (failures) => Math.min(longest, start * 2 ** Math.max(0, failures - 1)),
  };
}

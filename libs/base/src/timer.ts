/** Node takes no longer delay, and would not wait at all (node, lib/internal/timers.js, TIMEOUT_MAX): 24.8 days. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** A delay that a timer can take: a whole number of milliseconds from 0 on, 24.8 days at most. What is no number is 0. */
export const timerDelay = (milliseconds: number): number =>
  milliseconds > 0 ? Math.min(Math.ceil(milliseconds), LONGEST_TIMER) : 0;

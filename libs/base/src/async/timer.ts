/**
 * The longest delay of a Node timer: 24.8 days. A timer with a longer delay would fire immediately (node, lib/internal/timers.js,
 * TIMEOUT_MAX).
 */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Converts a delay to one that a timer supports: an integer from 0 to 24.8 days, in milliseconds. A value that is not a number
 * becomes 0.
 */
export const timerDelay = (milliseconds: number): number =>
  milliseconds > 0 ? Math.min(Math.ceil(milliseconds), LONGEST_TIMER) : 0;

import type { Backoff } from '#base';
import { ThroughlineError } from '#base';

const ATTEMPTS = 5;
const CRASH_ATTEMPTS = 20;

/** How often a message may fail, and how long it waits between attempts. */
export interface RetryOptions {
  /** The number of attempts, including the first. Only failures of the message itself count. Default: 5. */
  readonly attempts?: number;
  /** The wait between attempts. Default: `exponential('1s', '5m')`. */
  readonly backoff?: Backoff;
  /**
   * Only for standard queues. A message may crash the process before its attempt can be counted. After `attempts` plus
   * `crashAttempts` receives without the end of a run, it becomes a dead letter without another run. Default: 20.
   */
  readonly crashAttempts?: number;
}

/** Retry limits with defaults applied. */
export interface RetryLimits {
  readonly attempts: number;
  /** Number of receives after which a message is not run again. */
  readonly receives: number;
}

/** @throws ThroughlineError `TL_OPTION_INVALID` */
export function retryLimits({
  attempts = ATTEMPTS,
  crashAttempts = CRASH_ATTEMPTS,
}: RetryOptions = {}): RetryLimits {
  wholeNumber('retry.attempts', attempts, 1);
  wholeNumber('retry.crashAttempts', crashAttempts, 0);
  return { attempts, receives: attempts + crashAttempts };
}

function wholeNumber(option: string, value: unknown, least: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return;
  throw new ThroughlineError(
    'TL_OPTION_INVALID',
    `${option} must be an integer of ${least} or more, but is ${String(value)}.`,
  );
}

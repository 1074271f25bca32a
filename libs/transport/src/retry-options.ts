import type { Backoff } from '#base';
import { ThroughlineError } from '#base';

const ATTEMPTS = 5;
const CRASH_ATTEMPTS = 20;

/** How often a message may fail, and how long it waits in between. */
export interface RetryOptions {
  /** Runs of the handler that may fail by the message's own fault, the first included. Default: 5. */
  readonly attempts?: number;
  /** Default: `exponential('1s', '5m')`. */
  readonly backoff?: Backoff;
  /**
   * Standard queues only: receives beyond `attempts` after which a message that no run ever ended for (a process that dies of
   * it, say) is a dead letter unrun. Default: 20.
   */
  readonly crashAttempts?: number;
}

/** How often a message may fail, and be received, with all defaults filled in. */
export interface RetryLimits {
  readonly attempts: number;
  /** Receives after which a message is not run any more. */
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
    `${option} is a whole number from ${least} on, not ${String(value)}.`,
  );
}

import { exponential, type Backoff } from './backoff.js';
import { isUnavailable, ThroughlineError } from './errors.js';
import type { Outcome, Retry } from './outcome.js';
import { Reject, RetryLater } from './verdicts.js';

const ATTEMPTS = 5;
const CRASH_ATTEMPTS = 20;
const DEFAULT_BACKOFF: Backoff = exponential('1s', '5m');
const AFTER_AN_OUTAGE = 1_000;

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

/** Says what becomes of a message whose run failed. */
export class Policy {
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Receives after which a message is not run any more. */
  readonly receives: number;

  constructor({
    attempts = ATTEMPTS,
    backoff = DEFAULT_BACKOFF,
    crashAttempts = CRASH_ATTEMPTS,
  }: RetryOptions = {}) {
    if (!Number.isInteger(attempts) || attempts < 1) {
      throw new ThroughlineError(
        'TL_OPTION_INVALID',
        `retry.attempts is a whole number from 1 on, not ${attempts}.`,
      );
    }
    this.attempts = attempts;
    this.backoff = backoff;
    this.receives = attempts + crashAttempts;
  }

  /**
   * What becomes of a message after this run of it.
   *
   * @param attempt the number of the run that failed
   */
  judge(cause: unknown, attempt: number): Outcome {
    if (cause instanceof Reject) return { kind: 'deadLetter', reason: 'rejected', cause };
    if (isUnavailable(cause))
      return { kind: 'retry', after: AFTER_AN_OUTAGE, cause, counts: false, where: 'lane' };
    if (cause instanceof RetryLater && !cause.counts) {
      return { kind: 'retry', after: cause.after, cause, counts: false };
    }
    if (attempt >= this.attempts) return { kind: 'deadLetter', reason: 'exhausted', cause };
    const after = cause instanceof RetryLater ? cause.after : this.backoff.next(attempt);
    return { kind: 'retry', after, cause, counts: true };
  }

  /** What becomes of a message that ought to be a dead letter, where there is no place for dead letters. */
  waitAtLongest(cause: unknown): Retry {
    return { kind: 'retry', after: this.backoff.longest, cause, counts: true };
  }
}

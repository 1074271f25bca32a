import { exponential, type Backoff } from '#base';
import { errorClassOf, readable } from '#base';
import type { Outcome, Retry } from 'throughline/transport';
import { retryLimits, type RetryOptions } from 'throughline/transport';
import { leaveUnheard } from '#base';
import { LONGEST_TIMER } from '#base';
import { Reject, RetryLater } from '../handler-errors.js';

const DEFAULT_BACKOFF: Backoff = exponential('1s', '5m');
const AFTER_AN_OUTAGE = 1_000;
/** The wait if a custom backoff does not return a number. */
const OTHERWISE = 1_000;

/** Decides on the outcome of a failed run. Never throws, even if the thrown value or the backoff misbehaves. */
export class RetryPolicy {
  readonly attempts: number;
  /** The number of receives after which a message is not run again. */
  readonly receives: number;
  readonly #backoff: Backoff;

  /** @throws ThroughlineError `TL_OPTION_INVALID` */
  constructor({ backoff = DEFAULT_BACKOFF, ...options }: RetryOptions = {}) {
    const { attempts, receives } = retryLimits(options);
    this.attempts = attempts;
    this.receives = receives;
    this.#backoff = backoff;
  }

  /** The longest wait between two attempts, in milliseconds. */
  get longestWait(): number {
    return delayOf(() => this.#backoff.longest);
  }

  /**
   * Returns the outcome of a failed run.
   *
   * @param attempt the number of the run that failed
   */
  classify(thrown: unknown, attempt: number): Outcome {
    const cause = readable(thrown);
    if (isA(Reject, thrown)) return { kind: 'deadLetter', reason: 'rejected', cause };
    switch (errorClassOf(cause)) {
      case 'unavailable':
        return { kind: 'retry', after: AFTER_AN_OUTAGE, cause, counts: false, where: 'lane' };
      case 'blocked':
        return { kind: 'retry', after: this.longestWait, cause, counts: false, where: 'lane' };
      case 'notOurs':
        return notOurs(cause);
      case 'refused':
      case undefined:
        return this.#failed(thrown, cause, attempt);
    }
  }

  #failed(thrown: unknown, cause: unknown, attempt: number): Outcome {
    const later = isA(RetryLater, thrown) ? thrown : undefined;
    if (later?.counts === false) {
      return { kind: 'retry', after: delayOf(() => later.after), cause, counts: false };
    }
    if (attempt >= this.attempts) return { kind: 'deadLetter', reason: 'exhausted', cause };
    const after = later === undefined ? this.waitAfter(attempt) : delayOf(() => later.after);
    return { kind: 'retry', after, cause, counts: true };
  }

  /** Returns the wait after the given number of failed runs, in milliseconds. */
  waitAfter(failures: number): number {
    return delayOf(() => this.#backoff.next(failures));
  }

  /** Returns the outcome of a message that would become a dead letter if its handler had a dead-letter channel. */
  waitAtLongest(cause: unknown): Retry {
    return { kind: 'retry', after: this.longestWait, cause, counts: true };
  }
}

/** Creates the outcome of a run whose message no longer belongs to this process. Such a run does not count as an attempt. */
export const notOurs = (cause: unknown): Retry => ({
  kind: 'retry',
  after: 0,
  cause,
  counts: false,
});

/**
 * Whether a thrown value is an instance of a class. Unlike `instanceof`, which throws for a revoked proxy, this function never
 * throws.
 */
export function isA<T>(type: abstract new (...args: never[]) => T, thrown: unknown): thrown is T {
  try {
    return thrown instanceof type;
  } catch {
    return false;
  }
}

/** Reads the delay of a custom backoff or a `RetryLater`, and limits it to what a timer supports. */
function delayOf(read: () => unknown): number {
  try {
    const delay = read();
    if (typeof delay !== 'number' || Number.isNaN(delay)) {
      leaveUnheard(delay);
      return OTHERWISE;
    }
    return Math.min(Math.max(0, delay), LONGEST_TIMER);
  } catch {
    return OTHERWISE;
  }
}

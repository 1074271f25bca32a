import { exponential, type Backoff } from '#base';
import { errorClassOf, readable } from '#base';
import type { Outcome, Retry } from 'throughline/transport';
import { retryLimits, type RetryOptions } from 'throughline/transport';
import { leaveUnheard } from '#base';
import { LONGEST_TIMER } from '#base';
import { Reject, RetryLater } from '../handler-errors.js';

const DEFAULT_BACKOFF: Backoff = exponential('1s', '5m');
const AFTER_AN_OUTAGE = 1_000;
/** Where a backoff of the application's own answers with no number. */
const OTHERWISE = 1_000;

/** Says what becomes of a message whose run failed. It never throws, whatever was thrown and whatever its backoff does. */
export class RetryPolicy {
  readonly attempts: number;
  /** Receives after which a message is not run any more. */
  readonly receives: number;
  readonly #backoff: Backoff;

  /** @throws ThroughlineError `TL_OPTION_INVALID` */
  constructor({ backoff = DEFAULT_BACKOFF, ...options }: RetryOptions = {}) {
    const { attempts, receives } = retryLimits(options);
    this.attempts = attempts;
    this.receives = receives;
    this.#backoff = backoff;
  }

  /** The longest wait between two runs, in milliseconds. */
  get longestWait(): number {
    return delayOf(() => this.#backoff.longest);
  }

  /**
   * What becomes of a message after this run of it.
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

  /** How long a message waits after so many failed runs, in milliseconds. */
  waitAfter(failures: number): number {
    return delayOf(() => this.#backoff.next(failures));
  }

  /** What becomes of a message that ought to be a dead letter, where there is no place for dead letters. */
  waitAtLongest(cause: unknown): Retry {
    return { kind: 'retry', after: this.longestWait, cause, counts: true };
  }
}

/** The message is somebody else's by now: nothing of this run counts. */
export const notOurs = (cause: unknown): Retry => ({
  kind: 'retry',
  after: 0,
  cause,
  counts: false,
});

/** Whether it is an instance, also of what cannot even be asked: a revoked proxy throws. */
export function isA<T>(type: abstract new (...args: never[]) => T, thrown: unknown): thrown is T {
  try {
    return thrown instanceof type;
  } catch {
    return false;
  }
}

/** What an application's own backoff, or its `RetryLater`, says: a time that a timer can take. */
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

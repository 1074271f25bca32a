import { isUnavailable, type ThroughlineError } from '#base';
import { pause } from './pause.js';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

export interface RetryParts<R> {
  /** The time at which the retries end, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly again: () => Promise<R>;
  /** Converts a failure into a Throughline error. */
  readonly toError: (failure: unknown) => ThroughlineError;
  /** In milliseconds. Default: 100. */
  readonly firstPause?: number;
  /** A signal that stops the retries when it aborts. */
  readonly signal?: AbortSignal;
}

/** Retries after a first failure while SQS is unavailable, until the deadline. Rejects with any other failure immediately. */
export async function untilAnswered<R>(
  failure: unknown,
  { deadline, again, toError, firstPause = FIRST_PAUSE, signal }: RetryParts<R>,
): Promise<R> {
  let error = toError(failure);
  for (let wait = firstPause; ; wait = Math.min(LONGEST_PAUSE, wait * 2)) {
    const isOver = signal?.aborted === true || Date.now() + wait >= deadline;
    if (!isUnavailable(error) || isOver) throw error;
    await pause(wait);
    try {
      return await again();
    } catch (next) {
      error = toError(next);
    }
  }
}

import { isUnavailable, type ThroughlineError } from '#base';
import { pause } from './pause.js';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

/** What sending again takes. */
export interface Patience<R> {
  /** In milliseconds since the epoch: when its sender gives up. */
  readonly deadline: number;
  readonly again: () => Promise<R>;
  /** The failure as an error of ours. */
  readonly told: (failure: unknown) => ThroughlineError;
}

/** After a first failure: tries again while SQS is unavailable, for as long as there is time. Any other failure is told at once. */
export async function untilAnswered<R>(
  failure: unknown,
  { deadline, again, told }: Patience<R>,
): Promise<R> {
  let error = told(failure);
  for (let wait = FIRST_PAUSE; ; wait = Math.min(LONGEST_PAUSE, wait * 2)) {
    if (!isUnavailable(error) || Date.now() + wait >= deadline) throw error;
    await pause(wait);
    try {
      return await again();
    } catch (next) {
      error = told(next);
    }
  }
}

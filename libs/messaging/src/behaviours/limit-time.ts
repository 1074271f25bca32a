import { ThroughlineError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import { RetryLater } from '../verdicts.js';
import type { Behaviour } from './behaviour.js';
import type { Handling } from './handling.js';

/** How long a run may take, in milliseconds, and what happens to one that goes on all the same. */
export interface TimeLimit {
  readonly timeout: number;
  readonly grace: number;
  /** A run goes on beyond its grace. What it answers is called once that run has ended after all. */
  readonly onHung: (handling: Handling) => () => void;
}

/** A run that waited for a broker has not failed by its own fault. */
const overdue = ({ arrival, run }: Handling, timeout: number): Error => {
  const cause = new ThroughlineError(
    'TL_HANDLER_TIMEOUT',
    `The handler of message ${arrival.id} has not ended within ${timeout / 1_000} s.`,
  );
  return run.pendingPublishes === 0
    ? cause
    : new RetryLater('1s', `${cause.message} It waited for a publish.`, { counts: false, cause });
};

/**
 * Tells a run that its time is up, by its delivery's signal, and counts it as failed however it ends then. It is waited for all
 * the same: its message never runs a second time beside it.
 */
export function limitTime({ timeout, grace, onHung }: TimeLimit): Behaviour {
  return async (handling, next) => {
    let late: Error | undefined;
    let recovered: (() => void) | undefined;
    let timer = setTimeout(() => {
      late = overdue(handling, timeout);
      handling.run.abort(late);
      timer = setTimeout(() => {
        recovered = onHung(handling);
      }, grace);
    }, timeout);
    let outcome: Outcome;
    try {
      outcome = await next(handling);
    } catch (error) {
      throw late ?? error;
    } finally {
      clearTimeout(timer);
      recovered?.();
    }
    if (late !== undefined) throw late;
    return outcome;
  };
}

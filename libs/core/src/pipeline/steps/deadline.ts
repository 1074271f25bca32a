import { ThroughlineError } from '#base';
import type { Outcome } from 'throughline/transport';
import type { Step } from '../step.js';
import { isBefore, type Handling } from '../handling.js';
import { OverdueWatch, type Timed } from './overdue-watch.js';

/** A run that has not reached its handler yet. */
class Preparation implements Timed<Preparation> {
  before: Preparation | undefined;
  after: Preparation | undefined;
  endsAt = 0;

  constructor(
    readonly handling: Handling,
    readonly reject: (reason: Error) => void,
  ) {}
}

/**
 * Abandons a run that has not reached its handler in time: a schema, or a store, that never answers would keep its slot for ever.
 * That counts as a failure, unless it is the store that does not answer, and its handler does not begin any more. A handler that has begun is waited for: see `limitTime`.
 *
 * @param timeout in milliseconds
 */
export function deadline(timeout: number): Step {
  const watch = new OverdueWatch<Preparation>(timeout, ({ handling, reject }) => {
    if (!isBefore(handling)) return;
    const reason = overdue(handling, timeout);
    handling.stage = 'abandoned';
    handling.run.abort(reason);
    reject(reason);
  });
  // What has reached its handler when it comes back needs no watch, and nothing is made for it.
  return (handling, next) => {
    const outcome = next(handling);
    if (!(outcome instanceof Promise) || !isBefore(handling)) return outcome;
    return new Promise<Outcome>((resolve, reject) => {
      const preparation = new Preparation(handling, reject);
      watch.begin(preparation);
      outcome.then(resolve, reject).finally(() => watch.end(preparation));
    });
  };
}

/** A store that does not answer is nobody's failure. */
const overdue = ({ inbound, stage }: Handling, timeout: number): ThroughlineError =>
  stage === 'claiming'
    ? new ThroughlineError(
        'TL_STORE_UNAVAILABLE',
        `The store of a handler has not answered within ${timeout / 1_000} s for message ${inbound.id}.`,
      )
    : new ThroughlineError(
        'TL_HANDLER_TIMEOUT',
        `Message ${inbound.id} has not reached its handler within ${timeout / 1_000} s: its schema has not answered.`,
      );

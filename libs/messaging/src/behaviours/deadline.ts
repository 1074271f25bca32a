import { ThroughlineError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import type { Behaviour } from './behaviour.js';
import type { Handling } from './handling.js';
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
 * That counts as a failure, and its handler does not begin any more. A handler that has begun is waited for: see `limitTime`.
 *
 * @param timeout in milliseconds
 */
export function deadline(timeout: number): Behaviour {
  const watch = new OverdueWatch<Preparation>(timeout, ({ handling, reject }) => {
    if (handling.stage !== 'preparing') return;
    handling.stage = 'abandoned';
    const reason = overdue(handling, timeout);
    handling.run.abort(reason);
    reject(reason);
  });
  // What has reached its handler when it comes back needs no watch, and nothing is made for it.
  return (handling, next) => {
    const outcome = next(handling);
    if (!(outcome instanceof Promise) || handling.stage !== 'preparing') return outcome;
    return new Promise<Outcome>((resolve, reject) => {
      const preparation = new Preparation(handling, reject);
      watch.begin(preparation);
      outcome.then(resolve, reject).finally(() => watch.end(preparation));
    });
  };
}

const overdue = ({ arrival }: Handling, timeout: number): ThroughlineError =>
  new ThroughlineError(
    'TL_HANDLER_TIMEOUT',
    `Message ${arrival.id} has not reached its handler within ${timeout / 1_000} s: its schema, or the store of its handler, has ` +
      'not answered.',
  );

import { ThroughlineError } from '#base';
import type { Outcome } from 'throughline/transport';
import {
  abortDelivery,
  inboundOf,
  progressOf,
  setProgress,
  type Delivery,
} from '../../delivery.js';
import type { Step } from '../step.js';
import { OverdueWatch, type Timed } from './overdue-watch.js';

/** A run that has not reached its handler yet. */
class Preparation implements Timed<Preparation> {
  before: Preparation | undefined;
  after: Preparation | undefined;
  endsAt = 0;

  constructor(
    readonly delivery: Delivery,
    readonly reject: (reason: Error) => void,
  ) {}
}

/** A run was abandoned before its handler began; whoever waited for it has been answered already. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/**
 * The handler begins: from here on it is waited for.
 *
 * @throws Abandoned
 */
export function begin(delivery: Delivery): void {
  if (progressOf(delivery) === 'abandoned')
    throw new Abandoned('Its time was up before its handler began.');
  setProgress(delivery, 'begun');
}

const hasNotBegun = (delivery: Delivery): boolean =>
  progressOf(delivery) === 'preparing' || progressOf(delivery) === 'claiming';

/**
 * Abandons a run that has not reached its handler in time: a schema, a store or a middleware that never answers would keep its
 * slot for ever. That counts as a failure, unless it is the store that does not answer, and its handler does not begin any more.
 * A handler that has begun is waited for: see `timeLimit`.
 *
 * @param timeout in milliseconds
 */
export function deadline(timeout: number): Step {
  const watch = new OverdueWatch<Preparation>(timeout, ({ delivery, reject }) => {
    if (!hasNotBegun(delivery)) return;
    const reason = overdue(delivery, timeout);
    setProgress(delivery, 'abandoned');
    abortDelivery(delivery, reason);
    reject(reason);
  });
  return {
    name: 'deadline',
    // What has reached its handler when it comes back needs no watch, and nothing is made for it.
    leave: (delivery, outcome) => {
      if (!(outcome instanceof Promise) || !hasNotBegun(delivery)) return outcome;
      return new Promise<Outcome>((resolve, reject) => {
        const preparation = new Preparation(delivery, reject);
        watch.begin(preparation);
        outcome.then(resolve, reject).finally(() => watch.end(preparation));
      });
    },
  };
}

/** A store that does not answer is nobody's failure. */
function overdue(delivery: Delivery, timeout: number): ThroughlineError {
  const { id } = inboundOf(delivery);
  return progressOf(delivery) === 'claiming'
    ? new ThroughlineError(
        'TL_STORE_UNAVAILABLE',
        `The store of a handler has not answered within ${timeout / 1_000} s for message ${id}.`,
      )
    : new ThroughlineError(
        'TL_HANDLER_TIMEOUT',
        `Message ${id} has not reached its handler within ${timeout / 1_000} s: its schema or a middleware has not answered.`,
      );
}

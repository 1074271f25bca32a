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

/** Thrown if a run was abandoned before its handler started. Its outcome has already been reported. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/**
 * Marks the start of the handler. From then on, Throughline waits for the handler to finish.
 *
 * @throws Abandoned
 */
export function begin(delivery: Delivery): void {
  if (progressOf(delivery) === 'abandoned')
    throw new Abandoned('The timeout expired before the handler started.');
  setProgress(delivery, 'begun');
}

const hasNotBegun = (delivery: Delivery): boolean =>
  progressOf(delivery) === 'preparing' || progressOf(delivery) === 'claiming';

/**
 * Creates the step that abandons a run that has not reached its handler in time. Without this step, a schema, an idempotency
 * store or a middleware that never responds would occupy a slot forever. The handler of an abandoned run does not start. The run
 * counts as failed, unless the idempotency store did not respond. If the handler has started, `timeLimit` applies instead.
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
    // A run that has already reached its handler needs no watch. No object is created for it.
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

/** Returns the error of an abandoned run. If the idempotency store does not respond, no attempt is counted. */
function overdue(delivery: Delivery, timeout: number): ThroughlineError {
  const { id } = inboundOf(delivery);
  return progressOf(delivery) === 'claiming'
    ? new ThroughlineError(
        'TL_STORE_UNAVAILABLE',
        `Message ${id} did not reach its handler within ${timeout / 1_000} s, because the idempotency store did not respond.`,
      )
    : new ThroughlineError(
        'TL_HANDLER_TIMEOUT',
        `Message ${id} did not reach its handler within ${timeout / 1_000} s, because schema validation or a middleware did not finish.`,
      );
}

import { exponential } from '#base';
import { isBlocked, readable } from '#base';
import type { DeadLetter, Outcome } from 'throughline/transport';
import type { RetryPolicy } from '../retry-policy.js';
import type { MaybePromise } from '#base';
import type { Step } from '../step.js';
import type { Delivery } from '../../delivery.js';

/**
 * How long Throughline waits before it tries again to store a dead letter. It tries again while the dead-letter channel is
 * unavailable or refuses messages.
 */
const AGAIN = exponential('1s', '30s');

/** The dependencies of the `dead-letter` step. */
export interface DeadLetterParts {
  readonly retryPolicy: RetryPolicy;
  /** Stores a dead letter. Absent if the handler has no dead-letter channel. */
  readonly store: ((delivery: Delivery, outcome: DeadLetter) => Promise<void>) | undefined;
  /** Called if a message would become a dead letter, but its handler has no dead-letter channel. */
  readonly onNoDeadLetterChannel: (delivery: Delivery, outcome: DeadLetter) => void;
}

/**
 * Creates the step that stores dead letters while the message's span is open. If a dead letter cannot be stored, the message
 * stays in its lane. Throughline then tries to store it until it succeeds, without running the handler again. If the handler has
 * no dead-letter channel, the message is retried at the longest backoff.
 */
export function deadLetter({ retryPolicy, store, onNoDeadLetterChannel }: DeadLetterParts): Step {
  const storeBy = async (
    to: NonNullable<DeadLetterParts['store']>,
    delivery: Delivery,
    outcome: DeadLetter,
    failures = 0,
  ): Promise<Outcome> => {
    try {
      await to(delivery, outcome);
      return { ...outcome, isStored: true };
    } catch (thrown) {
      const cause = readable(thrown);
      const failed = failures + 1;
      return {
        kind: 'retry',
        after: isBlocked(cause) ? retryPolicy.longestWait : AGAIN.next(failed),
        cause,
        counts: false,
        where: 'lane',
        storeAgain: () => storeBy(to, delivery, outcome, failed),
      };
    }
  };
  const stored = (delivery: Delivery, outcome: Outcome): MaybePromise<Outcome> => {
    if (outcome.kind !== 'deadLetter' || outcome.isStored === true) return outcome;
    if (store !== undefined) return storeBy(store, delivery, outcome);
    onNoDeadLetterChannel(delivery, outcome);
    return retryPolicy.waitAtLongest(outcome.cause);
  };
  return {
    name: 'dead-letter',
    leave: (delivery, outcome) =>
      outcome instanceof Promise
        ? outcome.then((ended) => stored(delivery, ended))
        : stored(delivery, outcome),
  };
}

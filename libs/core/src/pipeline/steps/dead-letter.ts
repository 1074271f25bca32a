import { exponential } from '#base';
import { isBlocked, readable } from '#base';
import type { DeadLetter, Outcome } from 'throughline/transport';
import type { RetryPolicy } from '../retry-policy.js';
import type { MaybePromise } from '#base';
import type { Step } from '../step.js';
import type { Delivery } from '../../delivery.js';

/** While the dead-letter channel does not answer, or takes no message of this kind. */
const AGAIN = exponential('1s', '30s');

/** What storing dead letters takes. */
export interface DeadLetterParts {
  readonly retryPolicy: RetryPolicy;
  /** Stores a dead letter; absent where its handler has no place for them. */
  readonly store: ((delivery: Delivery, outcome: DeadLetter) => Promise<void>) | undefined;
  /** A message that ought to be a dead letter waits, since there is no place for it. */
  readonly onNoDeadLetterChannel: (delivery: Delivery, outcome: DeadLetter) => void;
}

/**
 * Stores dead letters, while the message's span is still open. Where that fails, the message has not: it stays in its lane, and is
 * stored again without another run of its handler, until that succeeds. Without a place for dead letters, messages run again at
 * the longest backoff.
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

import type { DeadLetter, Outcome } from '../outcome.js';
import type { Policy } from '../policy.js';
import type { Soon } from '../soon.js';
import type { Behaviour } from './behaviour.js';
import type { Handling } from './handling.js';

const AFTER_A_FAILED_BURIAL = 1_000;

/** What burying takes. */
export interface Burial {
  readonly policy: Policy;
  /** Stores a dead letter; absent where its handler has no place for them. */
  readonly store: ((handling: Handling, letter: DeadLetter) => Promise<void>) | undefined;
  /** A message that ought to be a dead letter waits, since there is no place for it. */
  readonly onHomeless: (handling: Handling, letter: DeadLetter) => void;
}

/**
 * Stores dead letters, while the message's span is still open. Where that fails, the message has not: it runs again, and is
 * not lost. Without a place for them, they wait at the longest backoff.
 */
export function bury({ policy, store, onHomeless }: Burial): Behaviour {
  const stored = async (handling: Handling, outcome: DeadLetter): Promise<Outcome> => {
    if (store === undefined) {
      onHomeless(handling, outcome);
      return policy.waitAtLongest(outcome.cause);
    }
    try {
      await store(handling, outcome);
      return { ...outcome, isStored: true };
    } catch (cause) {
      return { kind: 'retry', after: AFTER_A_FAILED_BURIAL, cause, counts: false, where: 'lane' };
    }
  };
  const buried = (handling: Handling, outcome: Outcome): Soon<Outcome> =>
    outcome.kind !== 'deadLetter' || outcome.isStored === true
      ? outcome
      : stored(handling, outcome);
  return (handling, next) => {
    const outcome = next(handling);
    return outcome instanceof Promise
      ? outcome.then((late) => buried(handling, late))
      : buried(handling, outcome);
  };
}

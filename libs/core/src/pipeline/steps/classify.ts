import { readable } from '#base';
import { GIVEN_BACK, type Outcome } from 'throughline/transport';
import { isA, notOurs, type RetryPolicy } from '../retry-policy.js';
import type { Step } from '../step.js';
import { Abandoned, type Handling } from '../handling.js';

/** Makes an outcome of what was thrown: of a message that is no longer ours, nothing counts. */
export function classify(retryPolicy: RetryPolicy): Step {
  const outcomeOf = ({ inbound, attempt }: Handling, thrown: unknown): Outcome => {
    if (isA(Abandoned, thrown)) return GIVEN_BACK;
    if (inbound.signal.aborted) return notOurs(readable(thrown));
    return retryPolicy.classify(thrown, attempt);
  };
  return (handling, next) => {
    try {
      const outcome = next(handling);
      return outcome instanceof Promise
        ? outcome.catch((thrown: unknown) => outcomeOf(handling, thrown))
        : outcome;
    } catch (thrown) {
      return outcomeOf(handling, thrown);
    }
  };
}

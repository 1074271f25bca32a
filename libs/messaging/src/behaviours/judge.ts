import type { Policy } from '../policy.js';
import type { Behaviour } from './behaviour.js';

/** Makes an outcome of what was thrown. */
export function judge(policy: Policy): Behaviour {
  return (handling, next) => {
    try {
      const outcome = next(handling);
      return outcome instanceof Promise
        ? outcome.catch((cause: unknown) => policy.judge(cause, handling.attempt))
        : outcome;
    } catch (cause) {
      return policy.judge(cause, handling.attempt);
    }
  };
}

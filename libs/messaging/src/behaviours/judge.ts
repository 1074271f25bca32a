import type { Policy } from '../policy.js';
import type { Behaviour } from './behaviour.js';

/** Makes an outcome of what was thrown. */
export function judge(policy: Policy): Behaviour {
  return async (handling, next) => {
    try {
      return await next(handling);
    } catch (cause) {
      return policy.judge(cause, handling.attempt);
    }
  };
}

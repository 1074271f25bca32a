import type { Policy } from '../policy.js';
import { orElse } from '../soon.js';
import type { Behaviour } from './behaviour.js';

/** Makes an outcome of what was thrown. */
export function judge(policy: Policy): Behaviour {
  return (handling, next) =>
    orElse(
      () => next(handling),
      (cause) => policy.judge(cause, handling.attempt),
    );
}

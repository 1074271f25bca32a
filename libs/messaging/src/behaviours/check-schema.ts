import type { AnyChannel } from '../channel.js';
import { validate } from '../validation.js';
import type { Behaviour } from './behaviour.js';

/** Lets through what fits the channel's schema, as the schema makes it. */
export function checkSchema(channel: AnyChannel): Behaviour {
  return (handling, next) => {
    const payload: unknown = validate(channel, handling.payload);
    return payload instanceof Promise
      ? payload.then((late) => next({ ...handling, payload: late }))
      : next({ ...handling, payload });
  };
}

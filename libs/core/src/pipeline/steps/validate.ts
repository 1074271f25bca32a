import type { AnyChannel } from 'throughline/transport';
import { ThroughlineError } from '#base';
import type { Outcome } from 'throughline/transport';
import { validate } from '../../validation.js';
import type { Step } from '../step.js';

/** A schema's refusal is final. What a schema throws is its own failure, and may pass. */
function refused(cause: unknown): Outcome {
  if (cause instanceof ThroughlineError && cause.code === 'TL_MESSAGE_INVALID') {
    return { kind: 'deadLetter', reason: 'invalid', cause };
  }
  throw cause;
}

/** Lets through what fits the channel's schema, as the schema makes it. */
export function checkSchema(channel: AnyChannel): Step {
  return (handling, next) => {
    let checked: unknown;
    try {
      checked = validate(channel, handling.payload);
    } catch (error) {
      return refused(error);
    }
    if (checked instanceof Promise) {
      return checked.then((payload) => {
        handling.payload = payload;
        return next(handling);
      }, refused);
    }
    handling.payload = checked;
    return next(handling);
  };
}

import { ThroughlineError } from '#base';
import type { AnyChannel, Outcome } from 'throughline/transport';
import { payloadOf, setPayload } from '../../delivery.js';
import { validate as valid } from '../../validation.js';
import type { Step } from '../step.js';

/** A schema's refusal is final. What a schema throws is its own failure, and may pass. */
function refused(cause: unknown): Outcome {
  if (cause instanceof ThroughlineError && cause.code === 'TL_MESSAGE_INVALID') {
    return { kind: 'deadLetter', reason: 'invalid', cause };
  }
  throw cause;
}

/** Lets through what fits the channel's schema, as the schema makes it. */
export const validate = (channel: AnyChannel): Step => ({
  name: 'validate',
  enter: (delivery) => {
    let checked: unknown;
    try {
      checked = valid(channel, payloadOf(delivery));
    } catch (error) {
      return refused(error);
    }
    if (checked instanceof Promise) {
      return checked.then((payload) => {
        setPayload(delivery, payload);
        return undefined;
      }, refused);
    }
    setPayload(delivery, checked);
    return undefined;
  },
});

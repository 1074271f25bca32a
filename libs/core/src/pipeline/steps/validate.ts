import { ThroughlineError } from '#base';
import type { AnyChannel, Outcome } from 'throughline/transport';
import { payloadOf, setPayload } from '../../delivery.js';
import { validate as valid } from '../../validation.js';
import type { Step } from '../step.js';

/**
 * Converts a validation error to an outcome. A message that the schema rejects is not retried. If the schema itself throws, the
 * message is retried.
 */
function refused(cause: unknown): Outcome {
  if (cause instanceof ThroughlineError && cause.code === 'TL_MESSAGE_INVALID') {
    return { kind: 'deadLetter', reason: 'invalid', cause };
  }
  throw cause;
}

/** Creates the step that validates the payload, and replaces it with the value that the schema returns. */
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

import { either, type MaybePromise } from '#base';
import type { Ack, Outcome } from 'throughline/transport';
import type { Delivery } from '../../delivery.js';
import { compose } from '../compose.js';
import type { Next, Step } from '../step.js';
import { begin } from '../steps/deadline.js';

/** Returns the outcome of a message, or throws its error. */
export type Ending = () => MaybePromise<Outcome>;

/** Reports the handler's result for a message to the steps around it, which decide on the outcome. */
export type Conclude = (ending: Ending) => MaybePromise<Outcome>;

/** A message in a batch before the handler is called. */
export type Prepared =
  | {
      readonly kind: 'ready';
      /** Reports the handler's result to the steps around the message. Absent if no step waits for it. */
      readonly conclude: Conclude | undefined;
    }
  | {
      /** The outcome of a message that is not passed to the handler: it cannot be decoded, is invalid, or is already done. */
      readonly kind: 'over';
      readonly ending: Ending;
    };

const READY: Prepared = { kind: 'ready', conclude: undefined };

/** The outcome that marks a message as having passed all steps. It is recognized by identity. */
const PASSED: Ack = { kind: 'ack', as: 'done' };

/** Returns a function that runs a message of a batch up to the point where the handler of a single message would be called. */
export function preparing(steps: readonly Step[]): (delivery: Delivery) => MaybePromise<Prepared> {
  if (steps.some(({ around }) => around !== undefined)) {
    return (delivery) => parked(steps, delivery);
  }
  const pass = compose(steps, (delivery) => {
    begin(delivery);
    return PASSED;
  });
  return (delivery) => either(() => pass(delivery), passedOrOver, thrown);
}

const passedOrOver = (outcome: Outcome): Prepared =>
  outcome === PASSED ? READY : { kind: 'over', ending: () => outcome };

const thrown = (error: unknown): Prepared => ({
  kind: 'over',
  ending: () => {
    throw error;
  },
});

/**
 * Holds a message at the point where its handler would be called. The message continues when the batch handler has finished with
 * it. The steps therefore need no code for batches.
 */
function parked(steps: readonly Step[], delivery: Delivery): Promise<Prepared> {
  return new Promise((resolve) => {
    const innermost: Next = (ready) => {
      begin(ready);
      return new Promise((end) => {
        const conclude = (ending: Ending): Promise<Outcome> => {
          end(promised(ending));
          return running;
        };
        resolve({ kind: 'ready', conclude });
      });
    };
    const running = promised(() => compose(steps, innermost)(delivery));
    // If the message has been held, the promise has already resolved, and this call has no effect.
    const over = (): void => resolve({ kind: 'over', ending: () => running });
    running.then(over, over);
  });
}

/** Turns a synchronous exception into a rejected promise. */
const promised = async (ending: Ending): Promise<Outcome> => ending();

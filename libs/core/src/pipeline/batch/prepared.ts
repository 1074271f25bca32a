import { either, type MaybePromise } from '#base';
import type { Ack, Outcome } from 'throughline/transport';
import type { Delivery } from '../../delivery.js';
import { compose } from '../compose.js';
import type { Next, Step } from '../step.js';
import { begin } from '../steps/deadline.js';

/** What a message comes to; throws what was thrown. */
export type Ending = () => MaybePromise<Outcome>;

/** Says what the handler made of a message. What stands around it answers, and decides. */
export type Conclude = (ending: Ending) => MaybePromise<Outcome>;

/** A message of a batch, before the batch's handler is called. */
export type Prepared =
  | {
      readonly kind: 'ready';
      /** Absent where nothing waits for how it ends. */
      readonly conclude: Conclude | undefined;
    }
  | {
      /** It never comes to the handler: it cannot be decoded, does not fit, has been done. */
      readonly kind: 'over';
      readonly ending: Ending;
    };

const READY: Prepared = { kind: 'ready', conclude: undefined };

/** Told from every other outcome by being this very one. */
const PASSED: Ack = { kind: 'ack', as: 'done' };

/** Sends the messages of a batch up to where a single message's handler would be called. */
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

/** There the message stands until the batch's handler has concluded it, so that a step needs to know nothing of batches. */
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
    // For one that was ready this comes too late to change anything.
    const over = (): void => resolve({ kind: 'over', ending: () => running });
    running.then(over, over);
  });
}

/** Also what is thrown at once becomes a promise that rejects. */
const promised = async (ending: Ending): Promise<Outcome> => ending();

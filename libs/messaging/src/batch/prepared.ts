import { compose, type Behaviour, type Next } from '../behaviours/behaviour.js';
import type { Handling } from '../behaviours/handling.js';
import type { Outcome } from '../outcome.js';

/** What a message comes to; throws what was thrown. */
export type Verdict = () => Outcome | Promise<Outcome>;

/** A message of a batch, before the batch's handler is called. */
export type Prepared =
  | {
      readonly kind: 'ready';
      readonly handling: Handling;
      /** Says what the handler made of it, once. What was prepared around it answers, and has the last word. */
      readonly conclude: (verdict: Verdict) => Promise<Outcome>;
    }
  | {
      /** It never comes to the handler: it cannot be decoded, does not fit, has been done. */
      readonly kind: 'over';
      readonly verdict: Verdict;
    };

/**
 * Sends a message through what is done around it, up to where a single message's handler would be called. There it stands until
 * it is concluded, so that a behaviour needs to know nothing of batches.
 */
export function prepare(around: readonly Behaviour[], raw: Handling): Promise<Prepared> {
  return new Promise((resolve) => {
    const innermost: Next = (handling) =>
      new Promise((end) => {
        const conclude = (verdict: Verdict): Promise<Outcome> => {
          end(promised(verdict));
          return road;
        };
        resolve({ kind: 'ready', handling, conclude });
      });
    const road = promised(() => compose(around, innermost)(raw));
    // For one that was ready this comes too late to change anything.
    const over = (): void => resolve({ kind: 'over', verdict: () => road });
    road.then(over, over);
  });
}

/** Also what is thrown at once becomes a promise that rejects. */
const promised = async (verdict: Verdict): Promise<Outcome> => verdict();

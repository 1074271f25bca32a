import { compose, type Behaviour, type Next } from '../behaviours/behaviour.js';
import type { Handling } from '../behaviours/handling.js';
import { ACK, type Outcome } from '../outcome.js';
import type { Arrival } from '../source.js';
import { either, type Soon } from '../soon.js';

/** What a message comes to; throws what was thrown. */
export type Verdict = () => Soon<Outcome>;

/** A message of a batch, before the batch's handler is called. */
export type Prepared =
  | {
      readonly kind: 'ready';
      readonly handling: Handling;
      /** Says what the handler made of it, once. What stands around it answers, and has the last word. */
      readonly conclude: (verdict: Verdict) => Soon<Outcome>;
    }
  | {
      /** It never comes to the handler: it cannot be decoded, does not fit, has been done. */
      readonly kind: 'over';
      readonly verdict: Verdict;
    };

/** What is done around each message of a batch by itself. */
export interface Preparation {
  /** Decoding, validation: what has nothing more to say once the handler has it. */
  readonly before: readonly Behaviour[];
  /** Doing things once: what waits for how it ends. */
  readonly around: readonly Behaviour[];
}

/** Sends the messages of a batch up to where a single message's handler would be called. */
export function preparing({ before, around }: Preparation): (raw: Handling) => Soon<Prepared> {
  if (around.length > 0) return (raw) => standIn([...before, ...around], raw);
  const passed = new Map<Arrival, Handling>();
  const road = compose(before, (handling) => {
    passed.set(handling.arrival, handling);
    return ACK;
  });
  return (raw) =>
    either<Outcome, Prepared>(
      () => road(raw),
      (outcome) => {
        const handling = passed.get(raw.arrival);
        if (handling === undefined) return { kind: 'over', verdict: () => outcome };
        return { kind: 'ready', handling, conclude: (verdict) => verdict() };
      },
      (error) => ({
        kind: 'over',
        verdict: () => {
          throw error;
        },
      }),
    );
}

/** There the message stands until it is concluded, so that a behaviour needs to know nothing of batches. */
function standIn(around: readonly Behaviour[], raw: Handling): Promise<Prepared> {
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

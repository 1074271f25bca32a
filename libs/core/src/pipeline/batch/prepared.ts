import { compose, type Step, type Next } from '../step.js';
import { begin, type Handling } from '../handling.js';
import { type Ack, type Outcome } from 'throughline/transport';
import { either, type MaybePromise } from '#base';

/** What a message comes to; throws what was thrown. */
export type Verdict = () => MaybePromise<Outcome>;

/** Says what the handler made of a message, once. What stands around it answers, and has the last word. */
export type Conclude = (verdict: Verdict) => MaybePromise<Outcome>;

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
      readonly verdict: Verdict;
    };

/** What is done around each message of a batch by itself. */
export interface Preparation {
  /** Decoding, validation: what has nothing more to say once the handler has it. */
  readonly before: readonly Step[];
  /** Doing things once: what waits for how it ends. */
  readonly around: readonly Step[];
}

const READY: Prepared = { kind: 'ready', conclude: undefined };

/** Told from every other outcome by being this very one. */
const PASSED: Ack = { kind: 'ack', as: 'done' };

/** Sends the messages of a batch up to where a single message's handler would be called. */
export function preparing({
  before,
  around,
}: Preparation): (raw: Handling) => MaybePromise<Prepared> {
  if (around.length > 0) {
    const steps = [...before, ...around];
    return (raw) => standIn(steps, raw);
  }
  const road = compose(before, (handling) => {
    begin(handling);
    return PASSED;
  });
  return (raw) => either(() => road(raw), passedOrOver, thrown);
}

const passedOrOver = (outcome: Outcome): Prepared =>
  outcome === PASSED ? READY : { kind: 'over', verdict: () => outcome };

const thrown = (error: unknown): Prepared => ({
  kind: 'over',
  verdict: () => {
    throw error;
  },
});

/** There the message stands until it is concluded, so that a behaviour needs to know nothing of batches. */
function standIn(around: readonly Step[], raw: Handling): Promise<Prepared> {
  return new Promise((resolve) => {
    const innermost: Next = (handling) => {
      begin(handling);
      return new Promise((end) => {
        const conclude = (verdict: Verdict): Promise<Outcome> => {
          end(promised(verdict));
          return road;
        };
        resolve({ kind: 'ready', conclude });
      });
    };
    const road = promised(() => compose(around, innermost)(raw));
    // For one that was ready this comes too late to change anything.
    const over = (): void => resolve({ kind: 'over', verdict: () => road });
    road.then(over, over);
  });
}

/** Also what is thrown at once becomes a promise that rejects. */
const promised = async (verdict: Verdict): Promise<Outcome> => verdict();

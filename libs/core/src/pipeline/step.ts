import type { Outcome } from 'throughline/transport';
import type { MaybePromise } from '#base';
import type { Handling } from './handling.js';

/** The rest of the road behind a behaviour. */
export type Next = (handling: Handling) => MaybePromise<Outcome>;

/**
 * One thing that is done around a handler: decoding, validation … To add a feature is to add a file here and a line where
 * behaviours are composed. A behaviour returns what became of the message; what it throws counts as the handler's failure.
 */
export type Step = (handling: Handling, next: Next) => MaybePromise<Outcome>;

/** Puts behaviours around the innermost, the first of them outermost. Done once, at start. */
export function compose(steps: readonly Step[], innermost: Next): Next {
  return steps.reduceRight<Next>((next, step) => (handling) => step(handling, next), innermost);
}

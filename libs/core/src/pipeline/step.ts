import type { MaybePromise } from '#base';
import type { Outcome } from 'throughline/transport';
import type { Delivery } from '../delivery.js';

/** The rest of the pipeline behind a step. */
export type Next = (delivery: Delivery) => MaybePromise<Outcome>;

/**
 * One thing that is done around a handler: decoding, validation … To add a feature is to add a file under `steps/` and a line in
 * `build-pipeline.ts`. What a step throws counts as the handler's failure.
 *
 * Most steps need only the way in or the way back. They take turns in one loop and cost no frame, closure or promise of their own
 * (docs/performance.md). `around` is for what has to stand around all that follows, as a middleware does.
 */
export interface Step {
  readonly name: string;
  /**
   * On the way in. An outcome ends the way here: no step further in sees the message. A step that answers with a promise has
   * neither `leave` nor `recover`.
   */
  readonly enter?: (delivery: Delivery) => MaybePromise<Outcome | undefined>;
  /** On the way back, with what the steps further in have come to. */
  readonly leave?: (delivery: Delivery, outcome: MaybePromise<Outcome>) => MaybePromise<Outcome>;
  /** What becomes of something that was thrown further in. */
  readonly recover?: (delivery: Delivery, thrown: unknown) => Outcome;
  readonly around?: (delivery: Delivery, next: Next) => MaybePromise<Outcome>;
}

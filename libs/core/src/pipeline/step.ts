import type { MaybePromise } from '#base';
import type { Outcome } from 'throughline/transport';
import type { Delivery } from '../delivery.js';

/** Runs the rest of the pipeline after a step. */
export type Next = (delivery: Delivery) => MaybePromise<Outcome>;

/**
 * A step of the pipeline, such as decoding or validation. To add a feature, add a file in `steps/` and a line in
 * `build-pipeline.ts`. If a step throws, the handler counts as failed.
 *
 * Most steps need only `enter` or only `leave`. These steps run in one loop and add no frame, closure or promise
 * (docs/performance.md). Use `around` for a step that must surround the rest of the pipeline, such as middleware.
 */
export interface Step {
  readonly name: string;
  /**
   * Called before the following steps. If `enter` returns an outcome, the following steps are skipped. A step whose `enter`
   * returns a promise cannot have `leave` or `recover`.
   */
  readonly enter?: (delivery: Delivery) => MaybePromise<Outcome | undefined>;
  /**
   * Called with the outcome of the following steps, or with a promise for it, which may reject. If a following step throws
   * synchronously, `leave` is not called, unless a step in between recovers. If a step needs a value from before the following
   * steps, or has to see every error, use `around`.
   */
  readonly leave?: (delivery: Delivery, outcome: MaybePromise<Outcome>) => MaybePromise<Outcome>;
  /** Converts an error of the following steps into an outcome. */
  readonly recover?: (delivery: Delivery, thrown: unknown) => Outcome;
  /**
   * Surrounds the following steps. Steps up to `classify` cannot have `around`: for a batch, these steps run around each message.
   */
  readonly around?: (delivery: Delivery, next: Next) => MaybePromise<Outcome>;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { isAwaitable } from '#base';
import type { Delivery } from '../../delivery.js';

/** A place in the async context that holds the current run. */
export interface Place {
  run: Delivery | undefined;
  /** Whether the current run continues asynchronously. If so, the place belongs to that run permanently. */
  isTaken: boolean;
}

/** Creates a place for runs that start one after another. They share the place until one of them continues asynchronously. */
export const freePlace = (): Place => ({ run: undefined, isTaken: false });

/**
 * Stores the run to which the current code belongs, also after an `await`. A separate async context for each run would cost as
 * much as scheduling the message (docs/performance.md). Consecutive runs that end synchronously therefore share one place. Code
 * that starts several runs provides the place with `currentRun.run(freePlace(), …)`.
 */
export class CurrentRun extends AsyncLocalStorage<Place> {
  get(): Delivery | undefined {
    return this.getStore()?.run;
  }

  /** Takes the free place, if there is one. The caller clears the place unless the run continues asynchronously. */
  take(run: Delivery): Place | undefined {
    const place = this.getStore();
    if (place === undefined || place.isTaken || place.run !== undefined) return undefined;
    place.run = run;
    return place;
  }

  /** Runs `work` as part of the given run. */
  enter<R>(run: Delivery, work: () => R): R {
    const place = this.take(run);
    if (place === undefined) return this.run({ run, isTaken: true }, work);
    try {
      const result = work();
      place.isTaken = isAwaitable(result);
      return result;
    } finally {
      if (!place.isTaken) place.run = undefined;
    }
  }
}

export const currentRun = new CurrentRun();

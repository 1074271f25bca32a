import { AsyncLocalStorage } from 'node:async_hooks';
import { isAwaitable } from '#base';
import type { Delivery } from '../../delivery.js';

/** Where a run stands in the context of the code that is part of it. */
export interface Place {
  run: Delivery | undefined;
  /** Whether its run goes on after the call that began it: the place is that run's for good then. */
  isTaken: boolean;
}

/** A place for the runs that begin one after another: for all up to the first that does not end at once. */
export const freePlace = (): Place => ({ run: undefined, isTaken: false });

/**
 * The run that the code at hand is part of, also behind an `await`. A context of its own for each run costs a message as much as
 * its way through the scheduler (docs/performance.md), so runs that end at once, one after another, share one place: whoever
 * starts several of them does so in `currentRun.run(freePlace(), …)`.
 */
export class CurrentRun extends AsyncLocalStorage<Place> {
  get(): Delivery | undefined {
    return this.getStore()?.run;
  }

  /** Takes the free place that there is; whoever takes it clears it, unless the run goes on. */
  take(run: Delivery): Place | undefined {
    const place = this.getStore();
    if (place === undefined || place.isTaken || place.run !== undefined) return undefined;
    place.run = run;
    return place;
  }

  /** Does what is part of the run. */
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

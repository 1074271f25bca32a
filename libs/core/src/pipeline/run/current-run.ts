import { AsyncLocalStorage } from 'node:async_hooks';
import type { RunState } from './run-state.js';
import { isAwaitable } from '#base';

/** Where a run stands in the context of the code that is part of it. */
interface Place {
  run: RunState | undefined;
  /** Whether its run goes on after the call that began it: the place is that run's for good then. */
  isTaken: boolean;
}

/**
 * The run that the code at hand is part of, also behind an `await`. A context of its own for each run costs a message as much as
 * its way through the lanes (docs/performance.md), so runs that end at once, one after another, share one place.
 */
export class CurrentRun {
  readonly #places = new AsyncLocalStorage<Place>();

  get(): RunState | undefined {
    return this.#places.getStore()?.run;
  }

  /** Makes a place for the runs that `work` begins: for all up to the first that does not end at once. */
  host<R>(work: () => R): R {
    return this.#places.run({ run: undefined, isTaken: false }, work);
  }

  /** Does what is part of the run. */
  enter<R>(run: RunState, work: () => R): R {
    const place = this.#places.getStore();
    if (place === undefined || place.isTaken || place.run !== undefined) {
      return this.#places.run({ run, isTaken: true }, work);
    }
    place.run = run;
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

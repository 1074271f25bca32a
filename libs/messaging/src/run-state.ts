import { AsyncLocalStorage } from 'node:async_hooks';
import { Chain, type Link } from './chain.js';

/** What can happen to a run from outside while it goes on: it can be told to stop, and it can wait for a broker. */
export class RunState implements Link<RunState> {
  before: RunState | undefined;
  after: RunState | undefined;
  readonly #ofArrival: AbortSignal;
  #own: AbortController | undefined;
  #signal: AbortSignal | undefined;
  /** Publishes of this run that the broker has not answered yet. */
  pendingPublishes = 0;
  /** Which of the handlers that share a channel has taken the message. */
  handledBy: string | undefined;

  constructor(ofArrival: AbortSignal) {
    this.#ofArrival = ofArrival;
  }

  /** Aborts when the message is no longer ours, when its time is up, or at the end of a shutdown. */
  get signal(): AbortSignal {
    this.#own ??= new AbortController();
    return (this.#signal ??= AbortSignal.any([this.#ofArrival, this.#own.signal]));
  }

  abort(reason: Error): void {
    (this.#own ??= new AbortController()).abort(reason);
  }
}

/** The runs that are under way: those who have to be told when there is no more time. */
export class Runs {
  readonly #open = new Chain<RunState>();

  begin(ofArrival: AbortSignal): RunState {
    const run = new RunState(ofArrival);
    this.#open.add(run);
    return run;
  }

  end(run: RunState): void {
    this.#open.remove(run);
  }

  abortAll(reason: Error): void {
    for (const run of this.#open) run.abort(reason);
  }
}

/** The run that the code at hand is part of. */
export const currentRun = new AsyncLocalStorage<RunState>();

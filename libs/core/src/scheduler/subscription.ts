import type { Post } from '../control/handler-registration.js';
import { ThroughlineError } from '#base';
import type { Arrival, Source } from 'throughline/transport';
import { Intake } from './dispatcher.js';
import { GIVEN_BACK } from 'throughline/transport';
import type { Settler } from './settler.js';
import type { Worker } from './handler-runner.js';

/** One source, the workers behind it, and its settler: all of one queue, or all of one consumer group. */
export class Consumption {
  readonly #source: Source;
  readonly #settler: Settler;
  readonly #workers: ReadonlyMap<string, Worker>;
  /** The handlers that are at work in it. */
  readonly posts: readonly Post[];

  /** @param workers by their channel's logical name */
  constructor(
    source: Source,
    settler: Settler,
    workers: ReadonlyMap<string, Worker>,
    posts: readonly Post[] = [],
  ) {
    this.posts = posts;
    this.#source = source;
    this.#settler = settler;
    this.#workers = workers;
  }

  start(): Promise<void> {
    return this.#source.start(new Intake(this.#workers, this.#settler));
  }

  /**
   * Stops taking messages, lets what is at work end, tells the broker what became of it, gives the rest back, and leaves.
   * What is still at work when `deadline` aborts is left to come again.
   */
  async drain(deadline: AbortSignal): Promise<void> {
    deadline.addEventListener('abort', () => this.#tellTimeIsUp(), { once: true });
    const quiet = this.#source.quiesce();
    this.#giveBackWhatWaits();
    await until(deadline, quiet);
    await until(
      deadline,
      Promise.all([...this.#workers.values()].map(({ lanes }) => lanes.idle())),
    );
    await until(deadline, this.#settler.settled());
    await this.#source.stop(deadline);
  }

  /** How many messages, or batches, are at work. */
  get running(): number {
    return [...this.#workers.values()].reduce((sum, { lanes }) => sum + lanes.running, 0);
  }

  #tellTimeIsUp(): void {
    const reason = new ThroughlineError(
      'TL_SHUTDOWN',
      'The application stops, and its time is up.',
      { errorClass: 'notOurs' },
    );
    for (const worker of this.#workers.values()) worker.abort(reason);
  }

  #giveBackWhatWaits(): void {
    const waiting: Arrival[] = [...this.#workers.values()].flatMap((worker) => worker.close());
    for (const arrival of waiting) this.#settler.add(arrival, GIVEN_BACK);
  }
}

/** Waits for `work`, but not beyond the deadline. */
function until(deadline: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (deadline.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve();
    deadline.addEventListener('abort', giveUp, { once: true });
    work.then(() => resolve(), reject).finally(() => deadline.removeEventListener('abort', giveUp));
  });
}

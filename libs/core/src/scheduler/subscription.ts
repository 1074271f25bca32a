import type { HandlerRegistration } from '../control/handler-registration.js';
import { ThroughlineError } from '#base';
import type { InboundMessage, Source } from 'throughline/transport';
import { Dispatcher } from './dispatcher.js';
import { GIVEN_BACK } from 'throughline/transport';
import type { Settler } from './settler.js';
import type { HandlerRunner } from './handler-runner.js';

/** One source, the workers behind it, and its settler: all of one queue, or all of one consumer group. */
export class Subscription {
  readonly #source: Source;
  readonly #settler: Settler;
  readonly #handlerRunners: ReadonlyMap<string, HandlerRunner>;
  /** The handlers that are at work in it. */
  readonly registrations: readonly HandlerRegistration[];

  /** @param workers by their channel's logical name */
  constructor(
    source: Source,
    settler: Settler,
    handlerRunners: ReadonlyMap<string, HandlerRunner>,
    registrations: readonly HandlerRegistration[] = [],
  ) {
    this.registrations = registrations;
    this.#source = source;
    this.#settler = settler;
    this.#handlerRunners = handlerRunners;
  }

  start(): Promise<void> {
    return this.#source.start(new Dispatcher(this.#handlerRunners, this.#settler));
  }

  /**
   * Stops taking messages, lets what is at work end, tells the broker what became of it, gives the rest back, and leaves.
   * What is still at work when `deadline` aborts is left to come again.
   */
  async drain(deadline: AbortSignal): Promise<void> {
    deadline.addEventListener('abort', () => this.#tellTimeIsUp(), { once: true });
    const suppress = this.#source.stopReceiving();
    this.#giveBackWhatWaits();
    await until(deadline, suppress);
    await until(
      deadline,
      Promise.all([...this.#handlerRunners.values()].map(({ lanes }) => lanes.idle())),
    );
    await until(deadline, this.#settler.settled());
    await this.#source.stop(deadline);
  }

  /** How many messages, or batches, are at work. */
  get running(): number {
    return [...this.#handlerRunners.values()].reduce((sum, { lanes }) => sum + lanes.running, 0);
  }

  #tellTimeIsUp(): void {
    const reason = new ThroughlineError(
      'TL_SHUTDOWN',
      'The application stops, and its time is up.',
      { errorClass: 'notOurs' },
    );
    for (const handlerRunner of this.#handlerRunners.values()) handlerRunner.abort(reason);
  }

  #giveBackWhatWaits(): void {
    const waiting: InboundMessage[] = [...this.#handlerRunners.values()].flatMap((handlerRunner) =>
      handlerRunner.close(),
    );
    for (const inbound of waiting) this.#settler.add(inbound, GIVEN_BACK);
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

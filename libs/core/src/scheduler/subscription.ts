import type { HandlerRegistration } from '../control/handler-registration.js';
import { ThroughlineError } from '#base';
import type { InboundMessage, Sink, Source } from 'throughline/transport';
import { GIVEN_BACK } from 'throughline/transport';
import type { Settler } from './settler.js';
import type { HandlerRunner } from './handler-runner.js';

/** Dependencies of a subscription. */
export interface SubscriptionParts {
  readonly sink: Sink;
  readonly settler: Settler;
  /** The handler runners, by the logical name of their channel. */
  readonly handlerRunners: ReadonlyMap<string, HandlerRunner>;
}

/** One source with its settler, and the runners of all handlers that share the source. */
export class Subscription {
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #settler: Settler;
  readonly #handlerRunners: ReadonlyMap<string, HandlerRunner>;
  /** The handlers that this subscription serves. */
  readonly registrations: readonly HandlerRegistration[];

  constructor(
    source: Source,
    { sink, settler, handlerRunners }: SubscriptionParts,
    registrations: readonly HandlerRegistration[] = [],
  ) {
    this.registrations = registrations;
    this.#source = source;
    this.#sink = sink;
    this.#settler = settler;
    this.#handlerRunners = handlerRunners;
  }

  start(): Promise<void> {
    return this.#source.start(this.#sink);
  }

  /**
   * Stops receiving messages. Messages in progress finish and are settled. All other messages return to the broker. The source
   * then stops. Messages that are still in progress when `deadline` aborts are redelivered.
   */
  async drain(deadline: AbortSignal): Promise<void> {
    deadline.addEventListener('abort', () => this.#abortRuns(), { once: true });
    const stopped = this.#source.stopReceiving();
    this.#giveBackWaiting();
    await until(deadline, stopped);
    await until(
      deadline,
      Promise.all([...this.#handlerRunners.values()].map(({ lanes }) => lanes.idle())),
    );
    await until(deadline, this.#settler.settled());
    await this.#source.stop(deadline);
  }

  /** The number of messages, or batches, that are in progress. */
  get running(): number {
    return [...this.#handlerRunners.values()].reduce((sum, { lanes }) => sum + lanes.running, 0);
  }

  #abortRuns(): void {
    const reason = new ThroughlineError(
      'TL_SHUTDOWN',
      'The application is shutting down, and its shutdownTimeout has expired. The broker will redeliver the unfinished messages.',
      { errorClass: 'notOurs' },
    );
    for (const handlerRunner of this.#handlerRunners.values()) handlerRunner.abort(reason);
  }

  #giveBackWaiting(): void {
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

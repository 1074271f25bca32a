import type { Tracer } from 'throughline/tracing';
import { checkSchema } from './behaviours/check-schema.js';
import { compose } from './behaviours/behaviour.js';
import { decode } from './behaviours/decode.js';
import { invoke, type NestHandler } from './behaviours/invoke.js';
import type { HandlerDefinition } from './handler/handler-definition.js';
import { HandlerLog } from './handler-log.js';
import { Intake } from './intake.js';
import { GIVEN_BACK } from './outcome.js';
import { Settler } from './settler.js';
import type { Source } from './source.js';
import { Worker } from './worker.js';

/** A declared handler together with what Nest calls for it. */
export interface BoundHandler {
  readonly definition: HandlerDefinition;
  readonly handler: NestHandler;
}

/** One source, the workers behind it, and its settler: all of one queue, or all of one consumer group. */
export class Consumption {
  readonly #source: Source;
  readonly #settler: Settler;
  readonly #workers: ReadonlyMap<string, Worker>;

  constructor(source: Source, handlers: readonly BoundHandler[], tracer: Tracer) {
    this.#source = source;
    this.#settler = new Settler(source);
    this.#workers = new Map(
      handlers.map((bound) => [bound.definition.channel.name, this.#workerOf(bound, tracer)]),
    );
  }

  start(): Promise<void> {
    return this.#source.start(new Intake(this.#workers));
  }

  /**
   * Stops taking messages, lets what is at work end, tells the broker what became of it, gives the rest back, and leaves.
   * What is still at work when `deadline` aborts is left to come again.
   */
  async drain(deadline: AbortSignal): Promise<void> {
    const quiet = this.#source.quiesce();
    this.#giveBackWhatWaits();
    await until(deadline, quiet);
    this.#giveBackWhatWaits();
    await until(
      deadline,
      Promise.all([...this.#workers.values()].map(({ lanes }) => lanes.idle())),
    );
    await until(deadline, this.#settler.settled());
    await this.#source.stop(deadline);
  }

  /** How many messages are at work. */
  get running(): number {
    return [...this.#workers.values()].reduce((sum, { lanes }) => sum + lanes.running, 0);
  }

  #giveBackWhatWaits(): void {
    for (const { lanes } of this.#workers.values()) {
      for (const arrival of lanes.close()) this.#settler.add(arrival, GIVEN_BACK);
    }
  }

  #workerOf({ definition, handler }: BoundHandler, tracer: Tracer): Worker {
    const source = this.#source;
    return new Worker({
      definition,
      features: source.features,
      road: compose([decode, checkSchema(definition.channel)], invoke(handler)),
      settler: this.#settler,
      tracer,
      log: new HandlerLog(definition.name),
      note: (arrival, failures) => {
        source.note(arrival, failures);
      },
    });
  }
}

/** Waits for `work`, but not beyond the deadline. */
function until(deadline: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (deadline.aborted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      resolve();
    };
    deadline.addEventListener('abort', giveUp, { once: true });
    work
      .then(() => {
        resolve();
      }, reject)
      .finally(() => {
        deadline.removeEventListener('abort', giveUp);
      });
  });
}

import { leaveUnheard, OwnLog, reasonOf, type MaybePromise } from '#base';
import type { InboundMessage, Outcome } from 'throughline/transport';
import type { Delivery } from '../delivery.js';

/** What Nest's `Server.setOnProcessingStartHook` takes: it calls `done` where the run is to begin. */
export type StartHook = (
  transportId: symbol,
  delivery: Delivery,
  done: () => Promise<unknown>,
) => unknown;

/** What Nest's `Server.setOnProcessingEndHook` takes. */
export type EndHook = (transportId: symbol, delivery: Delivery) => unknown;

/** A run whose end hook is still to be called. */
interface OpenRun {
  readonly delivery: Delivery;
  /** Messages that are not settled yet: those of a batch share a run. */
  unsettled: number;
}

const log = new OwnLog('Throughline');

/**
 * Nest's processing hooks (@nestjs/microservices, server.js: `runWithProcessingHooks`): the start hook once before each run, and
 * the end hook once after what it came to was settled. Without hooks, nothing is remembered of any run.
 */
export class ProcessingHooks {
  readonly #transportId: symbol;
  readonly #open = new Map<InboundMessage, OpenRun>();
  #start: StartHook | undefined;
  #end: EndHook | undefined;
  isUsed = false;

  constructor(transportId: symbol) {
    this.#transportId = transportId;
  }

  onStart(hook: StartHook): void {
    this.#start = hook;
    this.isUsed = true;
  }

  onEnd(hook: EndHook): void {
    this.#end = hook;
    this.isUsed = true;
  }

  /** Has the start hook begin a run of these messages. */
  run(
    delivery: Delivery,
    inbounds: readonly InboundMessage[],
    work: () => MaybePromise<Outcome>,
  ): MaybePromise<Outcome> {
    const start = this.#start;
    const run = { delivery, unsettled: inbounds.length };
    for (const inbound of inbounds) this.#open.set(inbound, run);
    return start === undefined ? work() : this.#begin(start, delivery, work);
  }

  /** The source knows what became of a message, or the message waits here for another run. */
  settled(inbound: InboundMessage): void {
    const run = this.#open.get(inbound);
    if (run === undefined) return;
    this.#open.delete(inbound);
    run.unsettled -= 1;
    if (run.unsettled > 0) return;
    try {
      leaveUnheard(this.#end?.(this.#transportId, run.delivery));
    } catch (error) {
      log.error(`A processing end hook failed: ${reasonOf(error)}`);
    }
  }

  #begin(
    start: StartHook,
    delivery: Delivery,
    work: () => MaybePromise<Outcome>,
  ): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      let running: Promise<unknown> | undefined;
      /** It never rejects: a hook that nobody waits for would end the process. */
      const done = (): Promise<unknown> => {
        if (running !== undefined) return running;
        const working = promised(work);
        working.then(resolve, reject);
        return (running = working.catch(() => undefined));
      };
      promised(() => start(this.#transportId, delivery, done)).catch((error: unknown) => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a hook throws goes on as it is
        if (running === undefined) reject(error);
        else log.error(`A processing start hook failed: ${reasonOf(error)}`);
      });
    });
  }
}

/** Also what is thrown at once becomes a promise that rejects. */
const promised = async <R>(work: () => R): Promise<Awaited<R>> => await work();

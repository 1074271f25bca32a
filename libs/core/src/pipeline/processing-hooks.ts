import { leaveUnheard, OwnLog, sentenceOf, type MaybePromise } from '#base';
import type { InboundMessage, Outcome } from 'throughline/transport';
import { inboundOf, type Delivery } from '../delivery.js';

/** The hook of Nest's `Server.setOnProcessingStartHook`. It calls `done` to start the run. */
export type StartHook = (
  transportId: symbol,
  delivery: Delivery,
  done: () => Promise<unknown>,
) => unknown;

/** The hook of Nest's `Server.setOnProcessingEndHook`. */
export type EndHook = (transportId: symbol, delivery: Delivery) => unknown;

/** A run whose end hook has not been called yet. */
interface OpenRun {
  readonly delivery: Delivery;
  /** The number of the run's messages that are not settled yet. All messages of a batch share a run. */
  unsettled: number;
}

const log = new OwnLog('Throughline');

/**
 * Implements Nest's processing hooks (@nestjs/microservices, server.js: `runWithProcessingHooks`). The start hook is called once
 * before each run. The end hook is called once, after the outcome of the run is settled. Without hooks, nothing is stored.
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

  /** Runs messages with the start hook. The hook is called first, and its `done` callback starts the run. */
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

  /** Called when a message is settled, or when it starts to wait in this process for a retry. */
  settled(inbound: InboundMessage): void {
    const run = this.#open.get(inbound);
    if (run === undefined) return;
    this.#open.delete(inbound);
    run.unsettled -= 1;
    if (run.unsettled > 0) return;
    try {
      leaveUnheard(this.#end?.(this.#transportId, run.delivery));
    } catch (error) {
      log.error(
        `The hook passed to Nest's setOnProcessingEndHook() failed for message ${inbound.id}: ${sentenceOf(error)} The message's outcome is unaffected.`,
      );
    }
  }

  #begin(
    start: StartHook,
    delivery: Delivery,
    work: () => MaybePromise<Outcome>,
  ): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      let running: Promise<unknown> | undefined;
      /** Starts the handler. Never rejects, because an unhandled rejection of a hook would end the process. */
      const done = (): Promise<unknown> => {
        if (running !== undefined) return running;
        const working = promised(work);
        working.then(resolve, reject);
        return (running = working.catch(() => undefined));
      };
      promised(() => start(this.#transportId, delivery, done)).catch((error: unknown) => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the error of a hook is passed on unchanged
        if (running === undefined) reject(error);
        else
          log.error(
            `The hook passed to Nest's setOnProcessingStartHook() failed after the handler had started processing message ${inboundOf(delivery).id}: ${sentenceOf(error)} The failure does not stop the handler.`,
          );
      });
    });
  }
}

/** Turns a synchronous exception into a rejected promise. */
const promised = async <R>(work: () => R): Promise<Awaited<R>> => await work();

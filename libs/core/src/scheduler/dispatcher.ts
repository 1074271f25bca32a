import { currentRun, freePlace } from '../pipeline/run/current-run.js';
import type { FastPaths } from '../pipeline/fast-paths.js';
import type { Settler } from './settler.js';
import type { InboundMessage, SourcePartition, Sink } from 'throughline/transport';
import type { HandlerRunner } from './handler-runner.js';

/** Receives the messages from a source, and passes each to the handler runner for its channel. */
export class Dispatcher implements Sink {
  readonly #handlerRunners: ReadonlyMap<string, HandlerRunner>;

  readonly #settler: Settler;
  readonly #sharedPlaces: boolean;

  /** @param handlerRunners the handler runners by the logical name of their channel */
  constructor(
    handlerRunners: ReadonlyMap<string, HandlerRunner>,
    settler: Settler,
    { sharedPlaces }: FastPaths,
  ) {
    this.#handlerRunners = handlerRunners;
    this.#settler = settler;
    this.#sharedPlaces = sharedPlaces;
  }

  capacity(origin: SourcePartition): number {
    return this.#handlerRunners.get(origin.channel)?.lanes.capacity(origin.name) ?? 0;
  }

  onCapacity(wake: (partitionName: string) => void): void {
    for (const handlerRunner of this.#handlerRunners.values()) handlerRunner.lanes.onCapacity(wake);
  }

  deliver(inbounds: readonly InboundMessage[]): void {
    if (this.#sharedPlaces) currentRun.run(freePlace(), this.#deliver, inbounds);
    else this.#deliver(inbounds);
  }

  readonly #deliver = (inbounds: readonly InboundMessage[]): void => {
    for (const [channel, ofChannel] of byChannel(inbounds)) {
      this.#handlerRunners.get(channel)?.take(ofChannel);
    }
  };

  async suspendStarts(): Promise<void> {
    const all = [...this.#handlerRunners.values()];
    for (const { lanes } of all) lanes.suspendStarts();
    await Promise.all(all.map(({ lanes }) => lanes.idle()));
    await this.#settler.settled();
  }

  resumeStarts(): void {
    for (const { lanes } of this.#handlerRunners.values()) lanes.resumeStarts();
  }

  drop(origins: readonly SourcePartition[]): void {
    const names = origins.map(({ name }) => name);
    for (const handlerRunner of this.#handlerRunners.values()) handlerRunner.drop(names);
  }
}

/** Groups messages by channel. Usually, all messages belong to one channel. In that case, nothing is copied. */
function byChannel(
  inbounds: readonly InboundMessage[],
): Iterable<[string, readonly InboundMessage[]]> {
  const first = inbounds[0]?.origin.channel;
  if (first === undefined) return [];
  if (inbounds.every(({ origin }) => origin.channel === first)) return [[first, inbounds]];
  return Map.groupBy(inbounds, ({ origin }) => origin.channel);
}

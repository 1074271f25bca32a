import { currentRun } from '../pipeline/run/current-run.js';
import type { Settler } from './settler.js';
import type { Arrival, ShardId, Sink } from 'throughline/transport';
import type { Worker } from './handler-runner.js';

/** Where a source puts what arrives: each message goes to the worker of its channel. */
export class Intake implements Sink {
  readonly #workers: ReadonlyMap<string, Worker>;

  readonly #settler: Settler;

  /** @param workers by their channel's logical name */
  constructor(workers: ReadonlyMap<string, Worker>, settler: Settler) {
    this.#workers = workers;
    this.#settler = settler;
  }

  room(shard: ShardId): number {
    return this.#workers.get(shard.channel)?.lanes.room(shard.name) ?? 0;
  }

  onRoom(wake: (shardName: string) => void): void {
    for (const worker of this.#workers.values()) worker.lanes.onRoom(wake);
  }

  deliver(arrivals: readonly Arrival[]): void {
    currentRun.host(() => {
      for (const [channel, ofChannel] of byChannel(arrivals)) {
        this.#workers.get(channel)?.take(ofChannel);
      }
    });
  }

  async hold(): Promise<void> {
    const all = [...this.#workers.values()];
    for (const { lanes } of all) lanes.hold();
    await Promise.all(all.map(({ lanes }) => lanes.idle()));
    await this.#settler.settled();
  }

  goOn(): void {
    for (const { lanes } of this.#workers.values()) lanes.goOn();
  }

  drop(shards: readonly ShardId[]): void {
    const names = shards.map(({ name }) => name);
    for (const worker of this.#workers.values()) worker.drop(names);
  }
}

/** Almost always all of one channel, and then nothing is copied. */
function byChannel(arrivals: readonly Arrival[]): Iterable<[string, readonly Arrival[]]> {
  const first = arrivals[0]?.shard.channel;
  if (first === undefined) return [];
  if (arrivals.every(({ shard }) => shard.channel === first)) return [[first, arrivals]];
  return Map.groupBy(arrivals, ({ shard }) => shard.channel);
}

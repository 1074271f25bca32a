import type { Arrival } from 'throughline/transport';
import { Fifo } from '#base';
import type { Lane, Shard } from './task.js';

/** The lanes whose first message may run. Their shards take turns, so that a hot one does not starve the others. */
export class Turns<A extends Arrival = Arrival> {
  readonly #shards = new Fifo<Shard<A>>();
  #messages = 0;

  /** Messages that could run now, were there a slot. */
  get messages(): number {
    return this.#messages;
  }

  add(lane: Lane<A>): void {
    lane.isReady = true;
    this.#messages += lane.tasks.size;
    const { ready } = lane.shard;
    ready.push(lane);
    if (ready.size === 1) this.#shards.push(lane.shard);
  }

  /** A lane that may run got one more. */
  grew(): void {
    this.#messages += 1;
  }

  /** Who is next; it has had its turn then. */
  next(): Lane<A> | undefined {
    for (let shard = this.#shards.shift(); shard !== undefined; shard = this.#shards.shift()) {
      const lane = shard.ready.shift();
      if (shard.ready.size > 0) this.#shards.push(shard);
      if (lane?.isReady !== true) continue;
      this.leave(lane);
      return lane;
    }
    return undefined;
  }

  leave(lane: Lane<A>): void {
    if (lane.isReady) this.#messages -= lane.tasks.size;
    lane.isReady = false;
  }
}

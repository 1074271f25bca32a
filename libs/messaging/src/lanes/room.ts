import type { Shard } from './task.js';

/** How much may be here at once, waiting and at work. */
export interface RoomLimits {
  /** Messages of one shard. */
  readonly perShard: number;
  /** Messages of one shard below which it is asked for more, after it was held back. */
  readonly resumeBelow: number;
  /** Bytes of all shards. */
  readonly bytes: number;
}

/**
 * Keeps what waits in bounds. A shard that is full is held back, and woken once it is down to `resumeBelow`; when the bytes of
 * all were the limit, everyone who was held back is woken, not only the one whose message ended.
 */
export class Room {
  readonly #limits: RoomLimits;
  readonly #heldBack = new Set<Shard>();
  #bytes = 0;
  #wake: (shard: Shard) => void = () => undefined;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** How many more messages of this shard there is room for. */
  of(shard: Shard): number {
    const room = this.#bytes >= this.#limits.bytes ? 0 : this.#limits.perShard - shard.count;
    if (room <= 0 || shard.count > this.#limits.resumeBelow) this.#heldBack.add(shard);
    return room;
  }

  onRoom(wake: (shard: Shard) => void): void {
    this.#wake = wake;
  }

  take(shard: Shard, bytes: number): void {
    shard.count += 1;
    shard.bytes += bytes;
    this.#bytes += bytes;
  }

  give(shard: Shard, bytes: number): void {
    const wasFull = this.#bytes >= this.#limits.bytes;
    shard.count -= 1;
    shard.bytes -= bytes;
    this.#bytes -= bytes;
    if (this.#heldBack.size === 0) return;
    if (wasFull && this.#bytes < this.#limits.bytes) {
      for (const held of [...this.#heldBack]) this.#wakeIfRoom(held);
    } else {
      this.#wakeIfRoom(shard);
    }
  }

  /** What waited of this shard is gone. */
  empty(shard: Shard): void {
    this.#bytes -= shard.bytes;
    shard.count = 0;
    shard.bytes = 0;
    this.#heldBack.delete(shard);
  }

  #wakeIfRoom(shard: Shard): void {
    if (shard.count > this.#limits.resumeBelow || this.#bytes >= this.#limits.bytes) return;
    if (this.#heldBack.delete(shard)) this.#wake(shard);
  }
}

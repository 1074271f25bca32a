import type { Shard } from './task.js';

/** How much may be here at once, waiting and at work. */
export interface RoomLimits {
  /** Messages of one shard. */
  readonly perShard: number;
  /** Messages of one shard below which it is asked for more, after it was held back. */
  readonly resumeBelow: number;
  /** Messages of one lane; beyond it its shard is held back until the lane is half empty. */
  readonly perLane: number;
  /** Bytes of all shards. */
  readonly bytes: number;
}

type Sized = Pick<Shard, 'count' | 'bytes' | 'overfull' | 'name'>;
interface SizedLane {
  readonly shard: Sized;
  readonly tasks: { readonly size: number };
}

/**
 * Keeps what waits in bounds. A shard that is full is held back, and woken once it is down to `resumeBelow`; when the bytes of
 * all were the limit, everyone who was held back is woken, not only the one whose message ended.
 */
export class Room {
  #limits: RoomLimits;
  readonly #heldBack = new Set<Sized>();
  readonly #overfull = new Set<SizedLane>();
  #bytes = 0;
  #wake: (shard: Sized) => void = () => undefined;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** How many more messages of this shard there is room for. */
  of(shard: Sized): number {
    const isFull = this.#bytes >= this.#limits.bytes || shard.overfull > 0;
    const room = isFull ? 0 : this.#limits.perShard - shard.count;
    if (room <= 0 || shard.count > this.#limits.resumeBelow) this.#heldBack.add(shard);
    return room;
  }

  /** No room for now, whatever is free; the shard is woken by {@link Room.wakeAll}. */
  holdBack(shard: Sized): number {
    this.#heldBack.add(shard);
    return 0;
  }

  /** Wakes everyone who was held back and whom there is room for. */
  wakeAll(): void {
    for (const held of [...this.#heldBack]) this.#wakeIfRoom(held);
  }

  resize(limits: Pick<RoomLimits, 'perShard' | 'resumeBelow'>): void {
    this.#limits = { ...this.#limits, ...limits };
    this.wakeAll();
  }

  onRoom(wake: (shard: Sized) => void): void {
    this.#wake = wake;
  }

  /** The last task of the lane has come. */
  take(lane: SizedLane, bytes: number): void {
    const { shard } = lane;
    shard.count += 1;
    shard.bytes += bytes;
    this.#bytes += bytes;
    if (lane.tasks.size <= this.#limits.perLane || this.#overfull.has(lane)) return;
    this.#overfull.add(lane);
    shard.overfull += 1;
  }

  /** A task of the lane has gone. */
  give(lane: SizedLane, bytes: number): void {
    const { shard } = lane;
    const wasFull = this.#bytes >= this.#limits.bytes;
    shard.count -= 1;
    shard.bytes -= bytes;
    this.#bytes -= bytes;
    this.#relieve(lane);
    if (this.#heldBack.size === 0) return;
    if (wasFull && this.#bytes < this.#limits.bytes) {
      this.wakeAll();
    } else {
      this.#wakeIfRoom(shard);
    }
  }

  /** What waited of this shard is gone. */
  empty(shard: Sized): void {
    this.#bytes -= shard.bytes;
    shard.count = 0;
    shard.bytes = 0;
    shard.overfull = 0;
    this.#heldBack.delete(shard);
    for (const lane of this.#overfull) if (lane.shard === shard) this.#overfull.delete(lane);
  }

  #relieve(lane: SizedLane): void {
    if (this.#overfull.size === 0 || lane.tasks.size * 2 > this.#limits.perLane) return;
    if (this.#overfull.delete(lane)) lane.shard.overfull -= 1;
  }

  #wakeIfRoom(shard: Sized): void {
    const { resumeBelow, bytes } = this.#limits;
    if (shard.count > resumeBelow || shard.overfull > 0 || this.#bytes >= bytes) return;
    if (this.#heldBack.delete(shard)) this.#wake(shard);
  }
}

import type { PartitionLanes } from './task.js';

/** How much may be here at once, waiting and at work. */
export interface CapacityLimits {
  /** Messages of one shard. */
  readonly perPartition: number;
  /** Messages of one shard below which it is asked for more, after it was held back. */
  readonly resumeBelow: number;
  /** Messages of one lane; beyond it its shard is held back until the lane is half empty. */
  readonly perLane: number;
  /** Bytes of all shards. */
  readonly bytes: number;
}

type Sized = Pick<PartitionLanes, 'count' | 'bytes' | 'overfull' | 'name'>;
interface SizedLane {
  readonly partition: Sized;
  readonly tasks: { readonly size: number };
}

/**
 * Keeps what waits in bounds. A shard that is full is held back, and woken once it is down to `resumeBelow`; when the bytes of
 * all were the limit, everyone who was held back is woken, not only the one whose message ended.
 */
export class CapacityLedger {
  #limits: CapacityLimits;
  readonly #heldBack = new Set<Sized>();
  readonly #overfull = new Set<SizedLane>();
  #bytes = 0;
  #wake: (partition: Sized) => void = () => undefined;

  constructor(limits: CapacityLimits) {
    this.#limits = limits;
  }

  /** How many more messages of this shard there is room for. */
  of(partition: Sized): number {
    const isFull = this.#bytes >= this.#limits.bytes || partition.overfull > 0;
    const capacity = isFull ? 0 : this.#limits.perPartition - partition.count;
    if (capacity <= 0 || partition.count > this.#limits.resumeBelow) this.#heldBack.add(partition);
    return capacity;
  }

  /** No room for now, whatever is free; the shard is woken by {@link CapacityLedger.wakeAll}. */
  holdBack(partition: Sized): number {
    this.#heldBack.add(partition);
    return 0;
  }

  /** Wakes everyone who was held back and whom there is room for. */
  wakeAll(): void {
    for (const held of [...this.#heldBack]) this.#wakeIfRoom(held);
  }

  resize(limits: Pick<CapacityLimits, 'perPartition' | 'resumeBelow'>): void {
    this.#limits = { ...this.#limits, ...limits };
    this.wakeAll();
  }

  onCapacity(wake: (partition: Sized) => void): void {
    this.#wake = wake;
  }

  /** The last task of the lane has come. */
  take(lane: SizedLane, bytes: number): void {
    const { partition } = lane;
    partition.count += 1;
    partition.bytes += bytes;
    this.#bytes += bytes;
    if (lane.tasks.size <= this.#limits.perLane || this.#overfull.has(lane)) return;
    this.#overfull.add(lane);
    partition.overfull += 1;
  }

  /** A task of the lane has gone. */
  give(lane: SizedLane, bytes: number): void {
    const { partition } = lane;
    const wasFull = this.#bytes >= this.#limits.bytes;
    partition.count -= 1;
    partition.bytes -= bytes;
    this.#bytes -= bytes;
    this.#relieve(lane);
    if (this.#heldBack.size === 0) return;
    if (wasFull && this.#bytes < this.#limits.bytes) {
      this.wakeAll();
    } else {
      this.#wakeIfRoom(partition);
    }
  }

  /** What waited of this shard is gone. */
  empty(partition: Sized): void {
    this.#bytes -= partition.bytes;
    partition.count = 0;
    partition.bytes = 0;
    partition.overfull = 0;
    this.#heldBack.delete(partition);
    for (const lane of this.#overfull)
      if (lane.partition === partition) this.#overfull.delete(lane);
  }

  #relieve(lane: SizedLane): void {
    if (this.#overfull.size === 0 || lane.tasks.size * 2 > this.#limits.perLane) return;
    if (this.#overfull.delete(lane)) lane.partition.overfull -= 1;
  }

  #wakeIfRoom(partition: Sized): void {
    const { resumeBelow, bytes } = this.#limits;
    if (partition.count > resumeBelow || partition.overfull > 0 || this.#bytes >= bytes) return;
    if (this.#heldBack.delete(partition)) this.#wake(partition);
  }
}

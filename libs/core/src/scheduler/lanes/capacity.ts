import type { PartitionLanes } from './task.js';

/** How much may be here at once, waiting and in progress. */
export interface CapacityLimits {
  /** Messages of one partition. */
  readonly perPartition: number;
  /** Messages of one partition below which it is asked for more, after it was paused. */
  readonly resumeBelow: number;
  /** Messages of one lane; beyond it its partition is paused until the lane is half empty. */
  readonly perLane: number;
  /** Bytes of all partitions. */
  readonly bytes: number;
}

type Sized = Pick<PartitionLanes, 'count' | 'bytes' | 'overfull' | 'name'>;
interface SizedLane {
  readonly partition: Sized;
  readonly tasks: { readonly size: number };
}

/**
 * Keeps what waits in bounds. A partition that is full is paused, and woken once it is down to `resumeBelow`; when the bytes of
 * all were the limit, everyone who was paused is woken, not only the one whose message ended.
 */
export class CapacityLedger {
  #limits: CapacityLimits;
  readonly #paused = new Set<Sized>();
  readonly #overfull = new Set<SizedLane>();
  #bytes = 0;
  #wake: (partition: Sized) => void = () => undefined;

  constructor(limits: CapacityLimits) {
    this.#limits = limits;
  }

  /** How many more messages of this partition there is capacity for. */
  of(partition: Sized): number {
    const isFull = this.#bytes >= this.#limits.bytes || partition.overfull > 0;
    const capacity = isFull ? 0 : this.#limits.perPartition - partition.count;
    if (capacity <= 0 || partition.count > this.#limits.resumeBelow) this.#paused.add(partition);
    return capacity;
  }

  /** No capacity for now, whatever is free; the partition is woken by {@link CapacityLedger.wakeAll}. */
  pause(partition: Sized): number {
    this.#paused.add(partition);
    return 0;
  }

  /** Wakes everyone who was paused and whom there is capacity for. */
  wakeAll(): void {
    for (const held of [...this.#paused]) this.#wakeIfFree(held);
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
    if (this.#paused.size === 0) return;
    if (wasFull && this.#bytes < this.#limits.bytes) {
      this.wakeAll();
    } else {
      this.#wakeIfFree(partition);
    }
  }

  /** What waited of this partition is gone. */
  empty(partition: Sized): void {
    this.#bytes -= partition.bytes;
    partition.count = 0;
    partition.bytes = 0;
    partition.overfull = 0;
    this.#paused.delete(partition);
    for (const lane of this.#overfull)
      if (lane.partition === partition) this.#overfull.delete(lane);
  }

  #relieve(lane: SizedLane): void {
    if (this.#overfull.size === 0 || lane.tasks.size * 2 > this.#limits.perLane) return;
    if (this.#overfull.delete(lane)) lane.partition.overfull -= 1;
  }

  #wakeIfFree(partition: Sized): void {
    const { resumeBelow, bytes } = this.#limits;
    if (partition.count > resumeBelow || partition.overfull > 0 || this.#bytes >= bytes) return;
    if (this.#paused.delete(partition)) this.#wake(partition);
  }
}

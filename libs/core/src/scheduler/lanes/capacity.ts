import type { PartitionLanes } from './task.js';

/** The limits for messages in this process, waiting and in progress. */
export interface CapacityLimits {
  /** The maximum number of messages per partition. */
  readonly perPartition: number;
  /** A paused partition resumes when the number of its messages has dropped to this number. */
  readonly resumeBelow: number;
  /**
   * The maximum number of messages per lane. If a lane exceeds this number, its partition is paused until the lane is half empty.
   */
  readonly perLane: number;
  /** The maximum number of bytes in all partitions together. */
  readonly bytes: number;
}

type Sized = Pick<PartitionLanes, 'count' | 'bytes' | 'overfull' | 'name'>;
interface SizedLane {
  readonly partition: Sized;
  readonly tasks: { readonly size: number };
}

/**
 * Limits the messages in this process. A full partition is paused until the number of its messages has dropped to `resumeBelow`.
 * If the byte limit was reached, all paused partitions resume, not only that of the message that ended.
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

  /** Returns how many more messages from this partition may be received. */
  of(partition: Sized): number {
    const isFull = this.#bytes >= this.#limits.bytes || partition.overfull > 0;
    const capacity = isFull ? 0 : this.#limits.perPartition - partition.count;
    if (capacity <= 0 || partition.count > this.#limits.resumeBelow) this.#paused.add(partition);
    return capacity;
  }

  /** Pauses a partition. {@link CapacityLedger.wakeAll} resumes it. */
  pause(partition: Sized): number {
    this.#paused.add(partition);
    return 0;
  }

  /** Resumes all paused partitions that have capacity. */
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

  /** Counts a task that was added to the lane. */
  take(lane: SizedLane, bytes: number): void {
    const { partition } = lane;
    partition.count += 1;
    partition.bytes += bytes;
    this.#bytes += bytes;
    if (lane.tasks.size <= this.#limits.perLane || this.#overfull.has(lane)) return;
    this.#overfull.add(lane);
    partition.overfull += 1;
  }

  /** Counts a task that was removed from the lane. */
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

  /** Resets the count of a partition. Called after all of its waiting messages were dropped. */
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

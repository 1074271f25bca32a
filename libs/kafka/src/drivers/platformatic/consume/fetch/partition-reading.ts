import type { TopicPartition } from '../../../../driver.js';
import type { AbortedTransaction } from '../../../aborted.js';
import type { RecordBatch } from './record-batch.js';

const UNKNOWN = -1;
const firstDelay = 100;
const longestDelay = 5_000;
/** The number of fetch results in the queue: one is delivered while the next is fetched. */
const mostQueued = 2;

/** The result of a fetch for a partition. */
export interface Fetched {
  readonly batches: readonly RecordBatch[];
  readonly aborted: readonly AbortedTransaction[];
  /** The position before this fetch. */
  readonly from: number;
  readonly fromEpoch: number;
  /** The position after this fetch. */
  readonly next: number;
}

/** The state of reading a partition: the position, the leading broker, and the records that were fetched but not yet delivered. */
export class PartitionReading implements TopicPartition {
  topicId = '';
  /** The leader epoch of the record before the position, or -1 if unknown. The broker compares the epoch with its log. */
  epoch = UNKNOWN;
  readonly queue: Fetched[] = [];
  /** Whether the listener applies backpressure. */
  isWaiting = false;
  /** Whether the partition's log is being examined. */
  isExamined = false;
  #leader = UNKNOWN;
  #leaderEpoch = UNKNOWN;
  #version = 0;
  #fetching: number | undefined;
  #notBefore = 0;
  #delay = firstDelay;

  constructor(
    readonly topic: string,
    readonly partition: number,
    public offset: number,
  ) {}

  /** The id of the leading broker, or -1 if unknown. */
  get leader(): number {
    return this.#leader;
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  /** A number that changes with every move to another position. Records that were fetched before a move are not delivered. */
  get version(): number {
    return this.#version;
  }

  /** When the partition may be fetched again after an error, on the monotonic clock. */
  get notBefore(): number {
    return this.#notBefore;
  }

  isReady(now: number): boolean {
    return (
      this.#leader >= 0 &&
      !this.isExamined &&
      this.#fetching !== this.#version &&
      this.queue.length < mostQueued &&
      now >= this.#notBefore
    );
  }

  /** Sets the leading broker. A delay that the previous leader caused does not apply to the new one. */
  lead(leader: number, epoch: number): void {
    if (leader !== this.#leader || epoch !== this.#leaderEpoch) {
      this.#notBefore = 0;
      this.succeeded();
    }
    this.#leader = leader;
    this.#leaderEpoch = epoch;
  }

  moveTo(offset: number, epoch: number): void {
    this.offset = offset;
    this.epoch = epoch;
    this.#version += 1;
    this.queue.length = 0;
  }

  /** Returns the version that the fetch belongs to. */
  beginFetch(): number {
    this.#fetching = this.#version;
    return this.#version;
  }

  /** Returns whether the fetch's result is still wanted. */
  endFetch(version: number): boolean {
    if (this.#fetching === version) this.#fetching = undefined;
    return version === this.#version;
  }

  /** Adds a fetch result, and moves the position past it. */
  add(batches: readonly RecordBatch[], aborted: readonly AbortedTransaction[]): void {
    const last = batches.at(-1);
    if (last === undefined) return;
    const next = Math.max(this.offset, last.lastOffset + 1);
    this.queue.push({
      batches,
      aborted,
      from: this.offset,
      fromEpoch: this.epoch,
      next,
    });
    this.offset = next;
    this.epoch = last.leaderEpoch;
  }

  /** Waits before the next fetch, longer after each error. */
  backOff(longest = longestDelay): void {
    this.waitFor(Math.min(longest, this.#delay));
    this.#delay = Math.min(longestDelay, this.#delay * 2);
  }

  waitFor(milliseconds: number): void {
    this.#notBefore = performance.now() + milliseconds;
  }

  succeeded(): void {
    this.#delay = firstDelay;
  }
}

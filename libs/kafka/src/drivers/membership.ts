import { sentenceOf, ThroughlineError } from '#base';

import type {
  AssignedPartition,
  Committed,
  ConsumerListener,
  LogChange,
  Loss,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../driver.js';
import { driverLogger } from './driver-logger.js';

/** The broker's `offset.metadata.max.bytes`, which counts characters. */
export const maxMetadata = 4_096;

export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

/**
 * The partitions that are assigned to a member, and the state of its listener. Decides which records are delivered and which
 * commits are sent.
 */
export class Membership {
  #phase: 'out' | 'assigned' | 'revoking' = 'out';
  #owned: ReadonlySet<string> = new Set();
  #revoking: Promise<void> = Promise.resolve();
  /**
   * Whether the listener may still process messages of an assignment. This may be so even after the assignment was revoked, or was
   * lost with the connection.
   */
  #isInProgress = false;
  readonly #paused = new Map<string, TopicPartition>();

  constructor(private readonly listener: ConsumerListener) {}

  get isOut(): boolean {
    return this.#phase === 'out';
  }

  get paused(): readonly TopicPartition[] {
    return [...this.#paused.values()];
  }

  isPaused(partition: TopicPartition): boolean {
    return this.#paused.has(keyOf(partition));
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.#paused.set(keyOf(one), one);
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.#paused.delete(keyOf(one));
  }

  delivers(partition: TopicPartition): boolean {
    return this.reads(partition) && !this.#paused.has(keyOf(partition));
  }

  /** Whether this member is reading the partition, or will read it once it is resumed. */
  reads(partition: TopicPartition): boolean {
    return this.#phase === 'assigned' && this.#owned.has(keyOf(partition));
  }

  /** Starts an assignment. Returns the positions, by partition key, of partitions that should not be read from their `start`. */
  assign(partitions: readonly AssignedPartition[]): ReadonlyMap<string, Position> {
    this.#owned = new Set(partitions.map(keyOf));
    this.#phase = 'assigned';
    this.#isInProgress = true;
    const positions = this.#safely('an assignment of partitions', [], () =>
      this.listener.assigned(partitions),
    );
    return new Map(positions.map((position) => [keyOf(position), position]));
  }

  /** Stops delivery. Resolves with the listener's promise. `revoking()` is called only once per assignment. */
  revoke(): Promise<void> {
    if (this.#phase === 'assigned') {
      this.#phase = 'revoking';
      this.#revoking = this.#notifyRevoking();
    }
    return this.#revoking;
  }

  /** Ends the assignment. From now on, commits are refused. */
  release(): void {
    this.#phase = 'out';
    this.#owned = new Set();
  }

  /** Reports that the partitions were lost. An expulsion is reported even after a revocation or a lost connection. */
  lose(how: Loss): void {
    const isNew = how === 'expelled' ? this.#isInProgress : this.#phase === 'assigned';
    this.release();
    if (how === 'expelled') this.#isInProgress = false;
    if (isNew) this.#safely('a loss of partitions', undefined, () => this.listener.lost(how));
  }

  /** Reports that there is no record to deliver between a position and an offset. */
  skipped(from: Position, to: number): void {
    if (this.reads(from))
      this.#safely('a gap in a partition', undefined, () => this.listener.skipped(from, to));
  }

  topicFailed(topic: string, error: Error): void {
    this.#safely('the failure of a topic', undefined, () =>
      this.listener.topicFailed(topic, error),
    );
  }

  topicRecovered(topic: string): void {
    this.#safely('the recovery of a topic', undefined, () => this.listener.topicRecovered(topic));
  }

  logChanged(partition: TopicPartition, change: LogChange): void {
    if (!this.reads(partition)) return;
    this.#safely("a change to a partition's log", undefined, () =>
      this.listener.logChanged(partition, change),
    );
  }

  /** Rejects commits that the broker would wrongly accept, because the broker checks neither the assignment nor the offset. */
  checkCommit(commits: readonly PartitionCommit[]): void {
    for (const commit of commits) {
      if (this.#phase === 'out' || !this.#owned.has(keyOf(commit))) throw fenced(commit);
      checkCommitted(commit);
    }
  }

  async #notifyRevoking(): Promise<void> {
    try {
      await this.listener.revoking();
    } catch (error) {
      driverLogger.error(
        `Throughline could not finish its work before Kafka revoked ${[...this.#owned].join(', ')}: ${sentenceOf(error)} Messages in progress may be redelivered.`,
      );
    }
  }

  #safely<T>(event: string, otherwise: T, call: () => T): T {
    try {
      return call();
    } catch (error) {
      driverLogger.error(
        `Throughline could not process ${event}: ${sentenceOf(error)} Messages from the affected partitions may be redelivered.`,
      );
      return otherwise;
    }
  }
}

export function checkOffset(position: TopicPartition & { readonly offset: number }): void {
  if (Number.isSafeInteger(position.offset) && position.offset >= 0) return;
  throw new ThroughlineError(
    'TL_KAFKA_OFFSET_INVALID',
    `${position.offset} is not a valid offset for ${keyOf(position)}. Use a non-negative integer.`,
  );
}

export function checkCommitted(commit: TopicPartition & Committed): void {
  checkOffset(commit);
  if (commit.metadata.length > maxMetadata) {
    throw new ThroughlineError(
      'TL_KAFKA_METADATA_TOO_LARGE',
      `The commit for ${keyOf(commit)} has ${commit.metadata.length} characters of metadata. Kafka accepts at most ${maxMetadata}.`,
    );
  }
}

export function fenced(partition: TopicPartition): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_COMMIT_FENCED',
    `${keyOf(partition)} is no longer assigned to this group member, so the commit was rejected. The partition's current owner will continue from the last commit.`,
    { errorClass: 'notOurs' },
  );
}

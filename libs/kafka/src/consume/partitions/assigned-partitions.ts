import type { Sink } from 'throughline/transport';
import type {
  AssignedPartition,
  ConsumerOptions,
  KafkaConsumer,
  LogChange,
  Position,
  TopicPartition,
} from '../../driver.js';
import type { KafkaInbound } from './inbound-message.js';
import { LogChanges } from './log-changes.js';
import { type Partition, partitionName } from './partition.js';
import { inNewLog, takeOver } from './take-over.js';
import type { TopicPlans } from '../topic-plan.js';

/** The dependencies of a member's partitions. */
export interface AssignedPartitionsParts {
  readonly options: ConsumerOptions;
  readonly plans: TopicPlans;
  readonly consumer: Pick<KafkaConsumer, 'pause' | 'resume' | 'seek'>;
  /** Drops the waiting messages of partitions. */
  readonly drop: Sink<KafkaInbound>['drop'];
  /** Commits all progress that has not been committed. Never rejects. */
  readonly commitNow: () => Promise<void>;
}

/** The partitions that are assigned to a member, and what the member knows about their logs. */
export class AssignedPartitions {
  readonly #parts: AssignedPartitionsParts;
  readonly #partitions = new Map<string, Partition>();
  readonly #changes: LogChanges;

  constructor(parts: AssignedPartitionsParts) {
    this.#parts = parts;
    this.#changes = new LogChanges(parts.options.group);
  }

  /** The number of detected changes to logs. */
  get logChanges(): number {
    return this.#changes.count;
  }

  [Symbol.iterator](): Iterator<Partition> {
    return this.#partitions.values();
  }

  get all(): readonly Partition[] {
    return [...this.#partitions.values()];
  }

  named(name: string): Partition | undefined {
    return this.#partitions.get(name);
  }

  of(id: TopicPartition): Partition | undefined {
    return this.#partitions.get(partitionName(id));
  }

  /** Whether the partition is assigned to this member, and this object is still the current one for it. */
  has(partition: Partition): boolean {
    return this.#partitions.get(partition.origin.name) === partition;
  }

  /**
   * Replaces the assigned partitions with the given ones. Returns the positions of partitions that are not read from their `start`.
   */
  assign(assigned: readonly AssignedPartition[]): readonly Position[] {
    const names = new Set(assigned.map(partitionName));
    this.#leave(this.all.filter(({ origin }) => !names.has(origin.name)));
    const positions = assigned.flatMap((partition) => this.#takeOver(partition));
    this.#holdUntilCommitted(this.all);
    return positions;
  }

  /**
   * Drops all messages, because other members may own the partitions from now on. The progress is kept, so that processed messages
   * do not run again if no other member has committed.
   */
  expel(): void {
    this.#release(this.all);
  }

  /** Moves a topic's partitions to other offsets. The partitions stay paused until the broker has acknowledged the new offsets. */
  move(topic: string, places: ReadonlyMap<number, number>): readonly Partition[] {
    const moved = this.all.flatMap((partition) => {
      const place = partition.topic === topic ? places.get(partition.number) : undefined;
      return place === undefined ? [] : [partition.movedTo(place)];
    });
    this.#replace(moved);
    return moved;
  }

  /** Handles a change of a partition's log. Reading continues in the changed log. */
  changed(id: TopicPartition, change: LogChange): void {
    const partition = this.of(id);
    if (partition === undefined) return;
    this.#changes.report(partition.origin.name, change);
    if (change.kind === 'trimmed') {
      partition.ledger.skipTo(change.offset);
    } else if (change.kind === 'truncated') {
      this.#replace([partition.truncatedTo(change.offset)]);
    } else {
      partition.leave();
      this.#replace([inNewLog(id, partition.origin.channel, change.log)]);
    }
  }

  /**
   * Keeps the valid part of a partition's progress. Returns the position to read from if it differs from `start`, so that the
   * driver reads no record twice.
   */
  #takeOver(assigned: AssignedPartition): readonly Position[] {
    const { plans, options } = this.#parts;
    const name = partitionName(assigned);
    const before = this.#partitions.get(name);
    const channel = plans.get(assigned.topic)?.channel ?? assigned.topic;
    const { partition, position, change } = takeOver(assigned, before, channel, options.from);
    if (before?.isOurs === true && before !== partition) this.#leave([before]);
    this.#partitions.set(name, partition);
    if (change !== undefined) this.#changes.report(name, change);
    return position === undefined ? [] : [position];
  }

  #leave(partitions: readonly Partition[]): void {
    this.#release(partitions);
    for (const { origin } of partitions) this.#partitions.delete(origin.name);
  }

  #release(partitions: readonly Partition[]): void {
    if (partitions.length === 0) return;
    // Otherwise, the driver would keep these partitions paused if they are assigned to this member again.
    const paused = partitions.filter(({ isPaused }) => isPaused).map(({ id }) => id);
    if (paused.length > 0) this.#parts.consumer.resume(paused);
    for (const partition of partitions) partition.leave();
    this.#parts.drop(partitions.map(({ origin }) => origin));
  }

  /**
   * Replaces the partitions that have the same names. Records that were read for the replaced partitions are no longer delivered.
   */
  #replace(moved: readonly Partition[]): void {
    if (moved.length === 0) return;
    this.#parts.drop(moved.map(({ origin }) => origin));
    for (const partition of moved) this.#partitions.set(partition.origin.name, partition);
    this.#holdUntilCommitted(moved);
    this.#parts.consumer.seek(moved.map(({ position }) => position));
  }

  /** Pauses the partitions whose new start is not committed yet, until it is. */
  #holdUntilCommitted(partitions: readonly Partition[]): void {
    const moved = partitions.filter(({ ledger }) => ledger.isMovePending);
    if (moved.length === 0) return;
    for (const partition of moved) partition.isPaused = true;
    this.#parts.consumer.pause(moved.map(({ id }) => id));
    void this.#parts.commitNow();
  }
}

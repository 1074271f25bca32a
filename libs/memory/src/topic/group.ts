import type { MemoryTopic } from './topic.js';
import { Progress } from './progress.js';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: MemoryTopic;
  readonly number: number;
}

/** A member of a consumer group, as the group sees it. */
export interface GroupMember {
  readonly topics: readonly MemoryTopic[];
  /** Asks the member to release partitions. Resolves when the member no longer processes messages from them. */
  revoke(partitions: readonly TopicPartition[]): Promise<void>;
  assign(partitions: readonly TopicPartition[]): void;
}

interface Owned extends TopicPartition {
  readonly member: GroupMember;
}

/** The owner of each partition, by partition name. */
type Shares = Map<string, Owned>;

export const partitionName = ({ topic, number }: TopicPartition): string =>
  `${topic.name}/${number}`;

/**
 * A consumer group. Its members share the partitions of their topics. Each record goes to one member, and the group records the
 * progress. When a member joins or leaves, only those partitions move that get a new owner.
 */
export class ConsumerGroup {
  readonly #members = new Set<GroupMember>();
  readonly #progress = new Map<string, Progress>();
  #owners: Shares = new Map<string, Owned>();
  #isWanted = false;
  #isRebalancing = false;

  join(member: GroupMember): void {
    this.#members.add(member);
    this.#rebalance();
  }

  /** Removes a member. Its partitions are assigned to other members immediately, because it has already released them. */
  leave(member: GroupMember): void {
    if (!this.#members.delete(member)) return;
    for (const [name, owner] of this.#owners)
      if (owner.member === member) this.#owners.delete(name);
    this.#rebalance();
  }

  /**
   * Returns the progress of the group in a partition.
   *
   * @param from where the group starts if it has never read the partition
   */
  progressOf(partition: TopicPartition, from: 'earliest' | 'latest'): Progress {
    const name = partitionName(partition);
    let progress = this.#progress.get(name);
    if (progress === undefined) {
      progress = new Progress(from === 'earliest' ? 0 : partition.topic.end(partition.number));
      this.#progress.set(name, progress);
    }
    return progress;
  }

  /** Moves the group to another offset of a partition. The results of messages in progress are ignored. */
  move(partition: TopicPartition, offset: number): Progress {
    const progress = new Progress(offset);
    this.#progress.set(partitionName(partition), progress);
    return progress;
  }

  /**
   * Returns how many records of a topic the group has not processed yet, or the number of all records if the group has never read
   * the topic.
   */
  lag(topic: MemoryTopic): number {
    return Array.from({ length: topic.partitions }, (_, number) => {
      const progress = this.#progress.get(partitionName({ topic, number }));
      return progress?.left(topic.end(number)) ?? topic.end(number);
    }).reduce((sum, left) => sum + left, 0);
  }

  /** Deletes the progress of the group in a deleted topic. */
  forget(topic: MemoryTopic): void {
    for (let number = 0; number < topic.partitions; number += 1)
      this.#progress.delete(partitionName({ topic, number }));
  }

  /** Starts a rebalance. If members change in the meantime, another round follows. */
  #rebalance(): void {
    this.#isWanted = true;
    if (this.#isRebalancing) return;
    this.#isRebalancing = true;
    void this.#rounds().finally(() => (this.#isRebalancing = false));
  }

  async #rounds(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      const members = [...this.#members];
      const wanted = this.#shares(members);
      await Promise.all(members.map((member) => this.#revoke(member, wanted)));
      if (!this.#mustBegin()) this.#assign(wanted);
    }
  }

  /**
   * Whether the rebalance must start over. This is the case if a member joined or left while others released their partitions.
   */
  #mustBegin(): boolean {
    return this.#isWanted;
  }

  #shares(members: readonly GroupMember[]): Shares {
    const shares: Shares = new Map<string, Owned>();
    const topics = new Set(members.flatMap(({ topics: some }) => some));
    let turn = 0;
    for (const topic of topics) {
      const readers = members.filter((member) => member.topics.includes(topic));
      for (let number = 0; number < topic.partitions; number += 1) {
        const member = readers[turn % readers.length];
        turn += 1;
        const partition = { topic, number };
        if (member !== undefined) shares.set(partitionName(partition), { ...partition, member });
      }
    }
    return shares;
  }

  async #revoke(member: GroupMember, wanted: Shares): Promise<void> {
    const leaving = [...this.#owners].filter(
      ([name, owner]) => owner.member === member && wanted.get(name)?.member !== member,
    );
    if (leaving.length === 0) return;
    await member.revoke(leaving.map(([, partition]) => partition));
    for (const [name] of leaving) this.#owners.delete(name);
  }

  #assign(wanted: Shares): void {
    const fresh = [...wanted].filter(([name]) => !this.#owners.has(name));
    this.#owners = wanted;
    for (const [member, some] of Map.groupBy(fresh, ([, { member: to }]) => to))
      member.assign(some.map(([, partition]) => partition));
  }
}

import type {
  AssignedPartition,
  Committed,
  ConsumerOptions,
  PartitionCommit,
  TopicPartition,
} from '../../driver.js';
import { partitionsIn } from '../assignment/partitions.js';
import { keyOf } from '../membership.js';
import { startOf } from '../start-of.js';
import type { PartitionLog } from './partition-log.js';

/** The functions of the broker that a group needs. */
interface Cluster {
  readonly isUnavailable: boolean;
  /** Returns how many partitions a topic has, or `undefined` if the topic does not exist. */
  partitions(topic: string): number | undefined;
  log(partition: TopicPartition): PartitionLog | undefined;
}

export interface Member {
  readonly topics: readonly string[];
  readonly from: ConsumerOptions['from'];
  /** Resolves once the member has released its partitions. */
  revoke(): Promise<void>;
  assign(partitions: readonly AssignedPartition[]): void;
}

/** A consumer group: its members, their partitions, and its commits. Rebalances are eager and round-robin. */
export class Group {
  readonly #members = new Set<Member>();
  readonly #committed = new Map<string, Committed>();
  /** The partitions that were assigned to members in the last rebalance. */
  #read: ReadonlySet<string> = new Set();
  #wanted = false;
  #rebalancing = false;

  constructor(private readonly broker: Cluster) {}

  join(member: Member): void {
    this.#members.add(member);
    this.rebalance();
  }

  leave(member: Member): void {
    if (this.#members.delete(member)) this.rebalance();
  }

  /** Rebalances if a member reads this new topic. */
  topicAdded(topic: string): void {
    if ([...this.#members].some(({ topics }) => topics.includes(topic))) this.rebalance();
  }

  commit({ offset, metadata, ...partition }: PartitionCommit): void {
    this.#committed.set(keyOf(partition), { offset, metadata });
  }

  /** Deletes the group's commits, as an external tool may do. */
  forget(): void {
    this.#committed.clear();
  }

  /** The group's commits for a topic, by partition. */
  committed(topic: string): ReadonlyMap<number, Committed> {
    const found = new Map<number, Committed>();
    for (let partition = 0; partition < (this.broker.partitions(topic) ?? 0); partition += 1) {
      const committed = this.#committed.get(keyOf({ topic, partition }));
      if (committed !== undefined) found.set(partition, committed);
    }
    return found;
  }

  /** The partitions of topics that no member reads. `undefined` while the group is rebalancing or has no members. */
  unread(topics: readonly string[]): readonly TopicPartition[] | undefined {
    if (this.#rebalancing || this.#members.size === 0) return undefined;
    const counts = new Map(topics.map((topic) => [topic, this.broker.partitions(topic) ?? 0]));
    return partitionsIn(topics, counts).filter((one) => !this.#read.has(keyOf(one)));
  }

  /** Revokes all partitions, and then reassigns them. Starts over if the group changes in the meantime. */
  rebalance(): void {
    this.#wanted = true;
    if (this.#rebalancing) return;
    this.#rebalancing = true;
    void this.#rounds();
  }

  async #rounds(): Promise<void> {
    while (this.#wanted && !this.broker.isUnavailable) {
      this.#wanted = false;
      const members = [...this.#members];
      await Promise.all(members.map((member) => member.revoke()));
      await new Promise(setImmediate);
      if (!this.#isOvertaken()) this.#assign(members);
    }
    this.#rebalancing = false;
  }

  #isOvertaken(): boolean {
    return this.#wanted || this.broker.isUnavailable;
  }

  #assign(members: readonly Member[]): void {
    const shares = new Map(members.map((member) => [member, [] as AssignedPartition[]]));
    const topics = new Set(members.flatMap(({ topics: some }) => some));
    let turn = 0;
    for (const topic of topics) {
      const readers = members.filter((member) => member.topics.includes(topic));
      for (let partition = 0; partition < (this.broker.partitions(topic) ?? 0); partition += 1) {
        const reader = readers[turn % readers.length];
        turn += 1;
        if (reader !== undefined)
          shares.get(reader)?.push(this.#assigned({ topic, partition }, reader));
      }
    }
    this.#read = new Set([...shares.values()].flat().map(keyOf));
    for (const [member, share] of shares) member.assign(share);
  }

  #assigned(partition: TopicPartition, { from }: Member): AssignedPartition {
    const committed = this.#committed.get(keyOf(partition));
    const log = this.broker.log(partition)?.state ?? { id: undefined, start: 0, end: 0 };
    const isTopicKnown = this.committed(partition.topic).size > 0;
    return { ...partition, committed, log, start: startOf({ committed, log, from, isTopicKnown }) };
  }
}

import type { TopicPartition } from '../../driver.js';
import { comparePartitions } from './partitions.js';

/**
 * A topic and the members that subscribe to it. Members are numbered in the order of their ids, and topics in the order of their
 * names.
 */
export interface Topic {
  readonly number: number;
  readonly name: string;
  /** Ascending. */
  readonly subscribers: readonly number[];
  /** For each member: 1 if the member subscribes to the topic, otherwise 0. */
  readonly isSubscriber: Uint8Array;
}

interface Held {
  readonly topic: Topic;
  readonly partition: number;
  /** The member that owned the partition before this assignment. */
  readonly owner: number | undefined;
}

/** Tracks which member holds which partitions during the assignment. */
export class Holdings {
  readonly #held: Held[][];
  /** For each member and topic: how many partitions of the topic the member holds. */
  readonly #topicCounts: Int32Array;
  /** For each pair of members: how many of the first member's partitions the second could take over. */
  readonly #givable: Int32Array;
  /**
   * Like `#givable`, but counts only partitions that the first member did not own before this assignment. Moving such a partition
   * costs nothing.
   */
  readonly #free: Int32Array;

  constructor(
    readonly members: number,
    private readonly topics: number,
  ) {
    this.#held = Array.from({ length: members }, () => []);
    this.#topicCounts = new Int32Array(members * topics);
    this.#givable = new Int32Array(members * members);
    this.#free = new Int32Array(members * members);
  }

  size(member: number): number {
    return this.#held[member]?.length ?? 0;
  }

  /** Whether one member holds a partition that the other could take over. */
  canGive(from: number, to: number): boolean {
    return (this.#givable[from * this.members + to] ?? 0) > 0;
  }

  /** Whether one member holds a partition that it did not own before, and that the other could take over. */
  canGiveFreely(from: number, to: number): boolean {
    return (this.#free[from * this.members + to] ?? 0) > 0;
  }

  /** Returns the member that holds the fewest partitions. If there are several, returns the one with the lowest number. */
  smallest(members: Iterable<number>): number | undefined {
    let found: number | undefined;
    for (const member of members) {
      const difference = found === undefined ? -1 : this.size(member) - this.size(found);
      if (found === undefined || difference < 0 || (difference === 0 && member < found)) {
        found = member;
      }
    }
    return found;
  }

  add(member: number, held: Held): void {
    this.#held[member]?.push(held);
    this.#count(member, held, 1);
  }

  /** Moves the partition that is cheapest to move. */
  give(from: number, to: number): void {
    const all = this.#held[from] ?? [];
    const given = this.#cheapest(all, from, to);
    if (given === undefined) return;
    all.splice(all.indexOf(given), 1);
    this.#count(from, given, -1);
    this.add(to, given);
  }

  /** Returns the partitions that a member holds, by topic and partition. */
  partitionsOf(member: number): TopicPartition[] {
    return (this.#held[member] ?? [])
      .map(({ topic, partition }) => ({ topic: topic.name, partition }))
      .sort(comparePartitions);
  }

  /**
   * Chooses the partition to move. Prefers one that returns to its previous owner, then one that the giving member did not own
   * before. Otherwise, chooses one of the topic from which the giving member holds the most, so that topics stay spread over the
   * members.
   */
  #cheapest(all: readonly Held[], from: number, to: number): Held | undefined {
    let found: Held | undefined;
    let best = 0;
    for (const held of all) {
      if (held.topic.isSubscriber[to] !== 1) continue;
      if (held.owner === to) return held;
      const value = held.owner === from ? this.#topicCount(from, held.topic) : Infinity;
      if (value >= best) [found, best] = [held, value];
    }
    return found;
  }

  #topicCount(member: number, topic: Topic): number {
    return this.#topicCounts[member * this.topics + topic.number] ?? 0;
  }

  #count(member: number, { topic, owner }: Held, change: 1 | -1): void {
    this.#topicCounts[member * this.topics + topic.number] =
      this.#topicCount(member, topic) + change;
    for (const other of topic.subscribers) {
      const pair = member * this.members + other;
      this.#givable[pair] = (this.#givable[pair] ?? 0) + change;
      if (owner !== member) this.#free[pair] = (this.#free[pair] ?? 0) + change;
    }
  }
}

import type { TopicPartition } from '../../driver.js';
import type { AssignmentMember } from './assign.js';

export type Assignment = ReadonlyMap<string, readonly TopicPartition[]>;

export interface GroupCase {
  readonly members: readonly AssignmentMember[];
  readonly partitions: ReadonlyMap<string, number>;
}

/** The largest numbers of a group. */
export interface GroupSizes {
  readonly members: number;
  readonly topics: number;
  readonly partitions: number;
}

const large: GroupSizes = { members: 12, topics: 6, partitions: 12 };

/** fast-check's limits for the numbers of a group. By default it makes so few that all groups would be empty. */
export const numbersOfGroup = { maxLength: 700, size: 'max' } as const;

/**
 * Builds a group from random numbers. Members claim whatever they like: what others own, what they do not read, what does not exist.
 */
export function groupOf(
  numbers: readonly number[],
  subscriptions: 'equal' | 'different',
  sizes: GroupSizes = large,
): GroupCase {
  let at = 0;
  const upTo = (max: number): number => (numbers[at++] ?? 0) % (max + 1);
  const names = Array.from({ length: sizes.topics }, (_, number) => `t${number}`);
  const someTopics = (): string[] => [...names, 'gone'].filter(() => upTo(1) === 1);

  const partitions = new Map(names.map((topic) => [topic, upTo(sizes.partitions)]));
  const common = someTopics();
  const members = Array.from({ length: 1 + upTo(sizes.members - 1) }, (_, number) => ({
    id: `member-${upTo(9)}-${number}`,
    topics: subscriptions === 'equal' ? common : someTopics(),
    generation: [-1, 3, 4][upTo(2)] ?? -1,
    owned: Array.from({ length: upTo(2 * sizes.partitions) }, () => ({
      topic: [...names, 'gone'][upTo(sizes.topics)] ?? 'gone',
      partition: upTo(sizes.partitions + 1) - 1,
    })),
  }));
  return { members, partitions };
}

export function keysOf(partitions: readonly TopicPartition[] = []): string[] {
  return partitions.map(({ topic, partition }) => `${topic}/${partition}`);
}

/** Returns all partitions that have a subscriber. */
export function subscribedPartitions({ members, partitions }: GroupCase): TopicPartition[] {
  const subscribed = new Set(members.flatMap(({ topics }) => topics));
  return [...partitions].flatMap(([topic, count]) =>
    subscribed.has(topic)
      ? Array.from({ length: count }, (_, partition) => ({ topic, partition }))
      : [],
  );
}

/** Returns the partitions that are assigned to a member that does not subscribe to their topic. */
export function unreadPartitions(
  members: readonly AssignmentMember[],
  assignment: Assignment,
): TopicPartition[] {
  return members.flatMap(({ id, topics }) =>
    (assignment.get(id) ?? []).filter(({ topic }) => !topics.includes(topic)),
  );
}

/** The members at their next join: each owns what it was assigned. */
export function rejoining(
  members: readonly AssignmentMember[],
  assignment: Assignment,
): AssignmentMember[] {
  return members.map(({ id, topics }) => ({
    id,
    topics,
    owned: assignment.get(id) ?? [],
    generation: 5,
  }));
}

/** Returns the partitions that these members owned and no longer have. */
export function takenFrom(members: readonly AssignmentMember[], assignment: Assignment): string[] {
  return members.flatMap(({ id, owned }) => {
    const now = new Set(keysOf(assignment.get(id)));
    return keysOf(owned).filter((key) => !now.has(key));
  });
}

export function sizesOf(assignment: Assignment): number[] {
  return [...assignment.values()].map(({ length }) => length).sort((left, right) => left - right);
}

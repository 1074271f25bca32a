import type { TopicPartition } from '../../driver.js';
import { keyOf } from '../membership.js';
import { balance } from './balance.js';
import { type AssignmentMember, settleClaims } from './claims.js';
import { Holdings, type Topic } from './holdings.js';
import { compareText } from './partitions.js';

export type { AssignmentMember } from './claims.js';

/**
 * Assigns the partitions of a group's topics. Returns the partitions for each member, by member id.
 *
 * - A partition goes to a member that subscribes to its topic. kafkajs' own assigner ignores subscriptions, so a partition can go
 *   to a member that does not read it (kafkajs #1679, #1776). The partitions of a topic without subscribers are not assigned.
 * - The numbers of partitions per member are as equal as the subscriptions allow. If all members subscribe to the same topics, they
 *   differ by at most one.
 * - A member keeps the partitions that it owned, unless balance or another claim prevents it (sticky, as in KIP-54). If all members
 *   subscribe to the same topics, as few partitions move as this balance allows. When a member leaves, only its own partitions
 *   move. When it comes back, only the partitions that it receives move.
 * - The result depends neither on the order of members, topics and owned partitions, nor on the locale.
 *
 * @param partitions how many partitions each topic has. A topic that is missing here is not assigned.
 */
export function assignPartitions(
  members: readonly AssignmentMember[],
  partitions: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly TopicPartition[]> {
  const ordered = members.toSorted((left, right) => compareText(left.id, right.id));
  const owners = settleClaims(ordered);
  const topics = topicsOf(ordered, partitions);
  const holdings = new Holdings(ordered.length, topics.length);
  const unassigned: { readonly topic: Topic; readonly partition: number }[] = [];
  for (const topic of topics) {
    for (let partition = 0; partition < (partitions.get(topic.name) ?? 0); partition += 1) {
      const owner = owners.get(keyOf({ topic: topic.name, partition }));
      if (owner === undefined) unassigned.push({ topic, partition });
      else holdings.add(owner, { topic, partition, owner });
    }
  }
  // Topics with few subscribers come first. If they leave the members unequal, the topics that follow can make up for it.
  unassigned.sort((left, right) => left.topic.subscribers.length - right.topic.subscribers.length);
  for (const { topic, partition } of unassigned) {
    const member = holdings.smallest(topic.subscribers);
    if (member !== undefined) holdings.add(member, { topic, partition, owner: undefined });
  }
  balance(holdings);
  return new Map(ordered.map(({ id }, number) => [id, holdings.partitionsOf(number)]));
}

/** Returns the topics that exist and have subscribers, by name. */
function topicsOf(
  members: readonly AssignmentMember[],
  partitions: ReadonlyMap<string, number>,
): readonly Topic[] {
  const subscribers = new Map<string, number[]>();
  for (const name of [...partitions.keys()].sort(compareText)) subscribers.set(name, []);
  for (const [number, { topics }] of members.entries()) {
    for (const name of new Set(topics)) subscribers.get(name)?.push(number);
  }
  return [...subscribers]
    .filter(([, numbers]) => numbers.length > 0)
    .map(([name, numbers], number) => {
      const isSubscriber = new Uint8Array(members.length);
      for (const subscriber of numbers) isSubscriber[subscriber] = 1;
      return { number, name, subscribers: numbers, isSubscriber };
    });
}

import type { TopicPartition } from '../../driver.js';
import { compareText } from './partitions.js';

interface RoundRobinMember {
  readonly id: string;
  readonly topics: readonly string[];
}

/**
 * Assigns partitions as kafkajs' `RoundRobinAssigner` does, for a group that has members of other clients. If all members subscribe
 * to the same topics, the result is the same. Otherwise, a member that does not subscribe to a topic is skipped. kafkajs would
 * assign the partition to that member, and nobody would read it (kafkajs #1679, #1776).
 *
 * @param partitions how many partitions each topic has. Topics are assigned in the order of this map.
 */
export function assignRoundRobin(
  members: readonly RoundRobinMember[],
  partitions: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly TopicPartition[]> {
  const ordered = members
    .map(({ id, topics }) => ({ id, topics: new Set(topics), assigned: [] as TopicPartition[] }))
    .sort((left, right) => compareText(left.id, right.id));
  let turn = 0;
  for (const [topic, count] of partitions) {
    if (!ordered.some(({ topics }) => topics.has(topic))) continue;
    for (let partition = 0; partition < count; turn += 1) {
      const member = ordered[turn % ordered.length];
      if (member?.topics.has(topic) !== true) continue;
      member.assigned.push({ topic, partition });
      partition += 1;
    }
  }
  return new Map(ordered.map(({ id, assigned }) => [id, assigned]));
}

import type { TopicPartition } from '../../driver.js';
import { keyOf } from '../membership.js';
import { partitionsIn } from './partitions.js';
import { type DecodedAssignment, subscriptionFingerprint } from './protocol/consumer-protocol.js';

/** This member's current subscription and its assignment. */
export interface OwnAssignment extends DecodedAssignment {
  readonly topics: readonly string[];
}

/** Another member, as the leader sees it. */
export interface OtherAssignment {
  readonly topics: readonly string[];
  /**
   * The partitions that the member was assigned. `undefined` if the leader does not know them. JoinGroup does not report them, only
   * DescribeGroups does.
   */
  readonly partitions: readonly TopicPartition[] | undefined;
}

/**
 * Why an assignment no longer fits.
 *
 * - `unwanted`: these partitions are assigned, but they do not exist, or the member does not subscribe to their topic.
 * - `changed`: since the assignment, the member's topics or their numbers of partitions changed.
 * - `unassigned`: members subscribe to the topics of these partitions, but the partitions are assigned to nobody.
 */
export type RebalanceReason =
  | { readonly kind: 'unwanted' | 'unassigned'; readonly partitions: readonly TopicPartition[] }
  | { readonly kind: 'changed' };

/**
 * Returns why a static member should ask for a rebalance, or `undefined` if its assignment still fits.
 *
 * When a static member restarts within its session timeout, the broker returns the old assignment without a rebalance (KIP-345),
 * even if the member now subscribes to other topics or a topic has grown. Without a rebalance, nobody would read the additional
 * partitions. Call this function only after a join that did not start a new generation. Otherwise, members that see different
 * topics could rebalance forever.
 *
 * @param partitions how many partitions each topic has. A broker that restarts may omit topics that exist, so the partitions of a
 * topic that is missing here do not count as unwanted.
 * @param others the other members, if this member is the leader. A follower does not know them and passes `undefined`.
 */
export function wantsRebalance(
  own: OwnAssignment,
  partitions: ReadonlyMap<string, number>,
  others?: readonly OtherAssignment[],
): RebalanceReason | undefined {
  const unwanted = [own, ...(others ?? [])].flatMap((member) => unwantedOf(member, partitions));
  if (unwanted.length > 0) return { kind: 'unwanted', partitions: unwanted };
  if (hasChanged(own, partitions)) return { kind: 'changed' };
  const unassigned =
    others === undefined
      ? topicsWithoutShare(own, partitions)
      : unassignedOf([own, ...others], partitions);
  return unassigned.length > 0 ? { kind: 'unassigned', partitions: unassigned } : undefined;
}

function unwantedOf(
  { topics, partitions: assigned }: OtherAssignment,
  partitions: ReadonlyMap<string, number>,
): readonly TopicPartition[] {
  const subscribed = new Set(topics);
  const isWanted = (one: TopicPartition): boolean =>
    subscribed.has(one.topic) && one.partition < (partitions.get(one.topic) ?? Infinity);
  return (assigned ?? []).filter((one) => !isWanted(one));
}

function hasChanged(
  { topics, assignedFor }: OwnAssignment,
  partitions: ReadonlyMap<string, number>,
): boolean {
  return assignedFor !== undefined && assignedFor !== subscriptionFingerprint(topics, partitions);
}

/**
 * Returns the partitions of those subscribed topics of which this member has no partition. If its assignment has no fingerprint, a
 * follower can check nothing else. In a group with more members than partitions, such an assignment can be correct. The check then
 * causes one needless rebalance.
 */
function topicsWithoutShare(
  own: OwnAssignment,
  partitions: ReadonlyMap<string, number>,
): readonly TopicPartition[] {
  if (own.assignedFor !== undefined) return [];
  const served = new Set(own.partitions.map(({ topic }) => topic));
  return partitionsIn(
    [...new Set(own.topics)].filter((topic) => !served.has(topic)),
    partitions,
  );
}

/** Returns the partitions of subscribed topics that no member has. Ignores the topics of members whose partitions are unknown. */
function unassignedOf(
  members: readonly OtherAssignment[],
  partitions: ReadonlyMap<string, number>,
): readonly TopicPartition[] {
  const assigned = new Set(members.flatMap((member) => (member.partitions ?? []).map(keyOf)));
  const unclear = new Set(
    members.flatMap((member) => (member.partitions === undefined ? member.topics : [])),
  );
  const subscribed = new Set(members.flatMap(({ topics }) => topics));
  const known = [...subscribed].filter((topic) => !unclear.has(topic));
  return partitionsIn(known, partitions).filter((one) => !assigned.has(keyOf(one)));
}

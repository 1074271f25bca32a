import type { TopicPartition } from '../../../driver.js';
import { keyOf } from '../../membership.js';
import { partitionsIn } from '../partitions.js';
import { decodeAssignment, decodeSubscription } from './consumer-protocol.js';

/** The state of a group in which every member has its assignment. In any other state, DescribeGroups omits assignments. */
const STABLE = 'Stable';

/** A group as DescribeGroups describes it. */
export interface DescribedGroup {
  readonly state: string;
  readonly members: readonly DescribedMember[];
}

export interface DescribedMember {
  /** The member's subscription. */
  readonly memberMetadata: Uint8Array;
  readonly memberAssignment: Uint8Array;
}

/**
 * Returns those partitions of the topics that no member of a group reads: partitions that are assigned to nobody, or to a member
 * that does not subscribe to their topic. A member whose subscription cannot be read counts as subscribing to nothing. Returns
 * `undefined` if the group is not stable, because the assignments are then unknown.
 *
 * @param counts how many partitions each topic has. Topics that are missing here are omitted.
 */
export function unreadIn(
  group: DescribedGroup | undefined,
  topics: readonly string[],
  counts: ReadonlyMap<string, number>,
): readonly TopicPartition[] | undefined {
  if (group?.state !== STABLE) return undefined;
  const read = new Set(group.members.flatMap(readBy).map(keyOf));
  return partitionsIn(topics, counts).filter((one) => !read.has(keyOf(one)));
}

/** A client drops partitions of topics that it does not subscribe to, as kafkajs does (kafkajs #1679, #1776). */
function readBy({ memberMetadata, memberAssignment }: DescribedMember): readonly TopicPartition[] {
  const subscribed = new Set(decodeSubscription(memberMetadata)?.topics);
  const assigned = decodeAssignment(memberAssignment)?.partitions ?? [];
  return assigned.filter(({ topic }) => subscribed.has(topic));
}

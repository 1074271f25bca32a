import type { PartitionAssigner } from 'kafkajs';
import { assignPartitions } from '../../assignment/assign.js';
import {
  encodeAssignment,
  encodeRoundRobinMetadata,
  encodeSubscription,
  readMembers,
  ROUND_ROBIN,
  subscriptionFingerprint,
  THROUGHLINE,
  type Subscription,
} from '../../assignment/protocol/consumer-protocol.js';
import {
  membersWithoutThroughline,
  otherMembersWarning,
} from '../../assignment/protocol/other-members.js';
import { assignRoundRobin } from '../../assignment/round-robin.js';
import { driverLogger } from '../../driver-logger.js';
import type { TopicPartition } from '../../../driver.js';

/** The dependencies of a member's assigners. */
export interface AssignerParts {
  readonly group: string;
  /** The member's last assignment and its generation. */
  readonly last: () => Pick<Subscription, 'owned' | 'generation'>;
  /** Returns the number of partitions of each topic. Topics that cannot be read are omitted. */
  readonly count: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

type Assign = (
  members: ReturnType<typeof readMembers>['members'],
  partitions: ReadonlyMap<string, number>,
) => ReadonlyMap<string, readonly TopicPartition[]>;

/**
 * The assigners that a member offers. Throughline's own comes first, because it takes subscriptions into account (kafkajs #1679,
 * #1776). kafkajs's comes second, so that a group can contain members of other applications.
 */
export function assignersFor(parts: AssignerParts): PartitionAssigner[] {
  const own: PartitionAssigner = () => ({
    name: THROUGHLINE,
    version: 1,
    protocol: ({ topics }) => ({
      name: THROUGHLINE,
      metadata: encodeSubscription({ topics, ...parts.last() }),
    }),
    assign: ({ members }) => assign(members, parts, assignPartitions),
  });
  let lastWarning: string | undefined;
  const roundRobin: PartitionAssigner = () => ({
    name: ROUND_ROBIN,
    version: 0,
    protocol: ({ topics }) => ({ name: ROUND_ROBIN, metadata: encodeRoundRobinMetadata(topics) }),
    assign: ({ members }) => {
      const others = membersWithoutThroughline(members.map(joinedMember));
      const warning = otherMembersWarning(parts.group, others);
      if (others.length > 0 && warning !== lastWarning) driverLogger.warn(warning);
      lastWarning = warning;
      return assign(members, parts, assignRoundRobin);
    },
  });
  return [own, roundRobin];
}

interface Member {
  readonly memberId: string;
  readonly memberMetadata: Buffer;
}

const joinedMember = ({ memberId, memberMetadata }: Member): { id: string; metadata: Buffer } => ({
  id: memberId,
  metadata: memberMetadata,
});

async function assign(
  joined: readonly Member[],
  { group, count }: AssignerParts,
  by: Assign,
): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
  const { members, unreadable } = readMembers(joined.map(joinedMember));
  if (unreadable.length > 0) {
    driverLogger.warn(
      `The consumer group "${group}" has members whose subscriptions cannot be read: ${unreadable.join(', ')}. These members get no partitions.`,
    );
  }
  const topics = [...new Set(members.flatMap((member) => member.topics))].sort();
  const partitions = await count(topics);
  const assigned = by(members, partitions);
  return members.map((member) => ({
    memberId: member.id,
    memberAssignment: encodeAssignment(
      assigned.get(member.id) ?? [],
      subscriptionFingerprint(member.topics, partitions),
    ),
  }));
}

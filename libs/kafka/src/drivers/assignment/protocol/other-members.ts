import {
  decodeSubscription,
  type JoinedMember,
  ROUND_ROBIN,
  THROUGHLINE,
} from './consumer-protocol.js';

/** A member as JoinGroup describes it to a leader under `ROUND_ROBIN`. */
export interface RoundRobinMember extends JoinedMember {
  /** The instance id of a static member. */
  readonly instanceId?: string | null;
}

const maxNames = 10;

/**
 * Returns the names of the members that force a group to use `ROUND_ROBIN`, because they do not offer `THROUGHLINE`. A member's name
 * is its instance id or, if it has none, its member id, which begins with the client id.
 */
export function membersWithoutThroughline(members: readonly RoundRobinMember[]): readonly string[] {
  return members
    .filter(({ metadata }) => !offersThroughline(metadata))
    .map(({ id, instanceId }) => instanceId ?? id)
    .sort();
}

/** Returns the leader's warning about members that do not offer `THROUGHLINE`. */
export function otherMembersWarning(group: string, names: readonly string[]): string {
  const omitted = names.length - maxNames;
  const listed = names.slice(0, maxNames).join(', ') + (omitted > 0 ? ` and ${omitted} more` : '');
  return (
    `The consumer group "${group}" assigns its partitions by "${ROUND_ROBIN}", because not all of its members support ` +
    `"${THROUGHLINE}". These members do not: ${listed}. ` +
    'While these members are in the group, each rebalance can move any partition to another member. If one of these members leads the ' +
    'group, and the members of the group subscribe to different topics, a partition can also go to a member that does not read its topic. The ' +
    'messages of that partition then wait, and no error is reported. ' +
    'Update these members to this version of Throughline. If they belong to another application, give that application its own group. ' +
    `The group changes to "${THROUGHLINE}" at the first rebalance without these members.`
  );
}

function offersThroughline(metadata: Uint8Array): boolean {
  const userData = decodeSubscription(metadata)?.userData;
  return userData !== undefined && Buffer.from(userData).toString('utf8') === THROUGHLINE;
}

import { describe, expect, it } from '@jest/globals';
import { AssignerProtocol } from 'kafkajs';

import { encodeRoundRobinMetadata } from './consumer-protocol.js';
import { membersWithoutThroughline, otherMembersWarning } from './other-members.js';

const theirs = AssignerProtocol.MemberMetadata.encode({
  version: 0,
  topics: ['orders'],
  userData: Buffer.alloc(0),
});
const ours = encodeRoundRobinMetadata(['orders']);

describe('membersWithoutThroughline', () => {
  it('returns the members of other clients, by instance id or member id', () => {
    expect(
      membersWithoutThroughline([
        { id: 'nest-server-2', metadata: theirs },
        { id: 'orders-1', metadata: ours },
        { id: 'billing-3', instanceId: 'billing-a', metadata: theirs },
        { id: 'broken-4', instanceId: null, metadata: Buffer.from('00', 'hex') },
      ]),
    ).toEqual(['billing-a', 'broken-4', 'nest-server-2']);
  });

  it('returns nobody if all members offer it', () => {
    expect(membersWithoutThroughline([{ id: 'orders-1', metadata: ours }])).toEqual([]);
  });
});

describe('the warning about them', () => {
  it('says what is affected and what to do', () => {
    expect(otherMembersWarning('orders', ['billing-a', 'nest-server-2'])).toBe(
      'The consumer group "orders" assigns its partitions by "RoundRobinAssigner", because not all of its members support ' +
        '"throughline". These members do not: billing-a, nest-server-2. While these members are in the group, each rebalance can ' +
        'move any partition to another member. If one of these members leads the group, and the members of the group subscribe to different ' +
        'topics, a partition can also go to a member that does not read its topic. The messages of that partition then wait, and no ' +
        'error is reported. Update these members to this version of Throughline. If they belong to another application, give that ' +
        'application its own group. The group changes to "throughline" at the first rebalance without these members.',
    );
  });

  it('lists at most ten names', () => {
    const names = Array.from({ length: 12 }, (_, at) => `m${at}`);

    expect(otherMembersWarning('orders', names)).toContain(
      'm0, m1, m2, m3, m4, m5, m6, m7, m8, m9 and 2 more. ',
    );
  });
});

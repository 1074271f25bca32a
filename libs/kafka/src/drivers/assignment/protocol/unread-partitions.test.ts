import { describe, expect, it } from '@jest/globals';

import type { TopicPartition } from '../../../driver.js';
import { encodeAssignment, encodeSubscription } from './consumer-protocol.js';
import { unreadIn, type DescribedMember } from './unread-partitions.js';

const topics = ['a', 'b'];
const counts = new Map([
  ['a', 2],
  ['b', 1],
]);
const [a0, a1, b0] = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 1 },
  { topic: 'b', partition: 0 },
];

const member = (
  subscribed: readonly string[],
  assigned: readonly TopicPartition[],
): DescribedMember => ({
  memberMetadata: encodeSubscription({ topics: subscribed, owned: [], generation: -1 }),
  memberAssignment: encodeAssignment(assigned),
});

describe('the partitions that no member reads', () => {
  it('are none if each is assigned to a member that subscribes to its topic', () => {
    const members = [member(['a'], [a0]), member(['a', 'b'], [a1, b0])];

    expect(unreadIn({ state: 'Stable', members }, topics, counts)).toEqual([]);
  });

  it('are those that are assigned to nobody, or to a member that does not subscribe to their topic', () => {
    const members = [member(['a', 'b'], [a0]), member(['a'], [b0])];

    expect(unreadIn({ state: 'Stable', members }, topics, counts)).toEqual([a1, b0]);
  });

  it('are those of a member whose subscription or assignment cannot be read', () => {
    const broken = Buffer.from('00', 'hex');
    const members = [
      { ...member(['a', 'b'], [b0]), memberMetadata: broken },
      { ...member(['a', 'b'], [a0]), memberAssignment: broken },
      member(['a'], [a1]),
    ];

    expect(unreadIn({ state: 'Stable', members }, topics, counts)).toEqual([a0, b0]);
  });

  it('are not those of topics that do not exist', () => {
    const members = [member(['a'], [a0, a1])];

    expect(unreadIn({ state: 'Stable', members }, ['a', 'missing'], counts)).toEqual([]);
  });

  it.each(['PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead'])(
    'are unknown while the group is in the state %s',
    (state) => {
      expect(unreadIn({ state, members: [] }, topics, counts)).toBeUndefined();
    },
  );
});

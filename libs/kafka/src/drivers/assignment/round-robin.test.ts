import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRequire } from 'node:module';

import { decodeAssignment } from './protocol/consumer-protocol.js';
import {
  groupOf,
  keysOf,
  numbersOfGroup,
  subscribedPartitions,
  unreadPartitions,
} from './groups.fixture.js';
import { assignRoundRobin } from './round-robin.js';

interface TheirAssignment {
  readonly memberId: string;
  readonly memberAssignment: Buffer;
}

type TheirAssigner = (context: {
  cluster: { findTopicPartitionMetadata(topic: string): { partitionId: number }[] };
}) => {
  assign(group: { members: { memberId: string }[]; topics: string[] }): Promise<TheirAssignment[]>;
};

const theirAssigner = createRequire(import.meta.url)(
  'kafkajs/src/consumer/assigners/roundRobinAssigner/index.js',
) as TheirAssigner;

const runs = { seed: 16, numRuns: 1_000 };
const numbers = fc.array(fc.nat({ max: 10_000 }), numbersOfGroup);
const anyGroup = numbers.map((some) => groupOf(some, 'different'));
const anyEqualGroup = numbers.map((some) => groupOf(some, 'equal'));

describe('assignRoundRobin', () => {
  it('assigns what kafkajs assigns to members of equal subscriptions', async () => {
    await fc.assert(
      fc.asyncProperty(anyEqualGroup, async ({ members, partitions }) => {
        const topics = [...partitions.keys()].filter((topic) => members[0]?.topics.includes(topic));
        const theirs = await theirAssigner({
          cluster: {
            findTopicPartitionMetadata: (topic) =>
              Array.from({ length: partitions.get(topic) ?? 0 }, (_, partitionId) => ({
                partitionId,
              })),
          },
        }).assign({ members: members.map(({ id }) => ({ memberId: id })), topics });

        const ours = assignRoundRobin(members, partitions);

        expect([...ours.keys()].sort()).toEqual(members.map(({ id }) => id).sort());
        // kafkajs leaves out members that get nothing.
        expect(Object.fromEntries([...ours].filter(([, assigned]) => assigned.length > 0))).toEqual(
          Object.fromEntries(
            theirs.map(({ memberId, memberAssignment }) => [
              memberId,
              decodeAssignment(memberAssignment)?.partitions,
            ]),
          ),
        );
      }),
      runs,
    );
  });

  it('assigns each partition of a subscribed topic to a member that subscribes to it', () => {
    fc.assert(
      fc.property(anyGroup, (group) => {
        const assignment = assignRoundRobin(group.members, group.partitions);

        expect(keysOf([...assignment.values()].flat()).sort()).toEqual(
          keysOf(subscribedPartitions(group)).sort(),
        );
        expect(unreadPartitions(group.members, assignment)).toEqual([]);
      }),
      runs,
    );
  });

  it('passes over members that do not subscribe to a topic', () => {
    const assignment = assignRoundRobin(
      [
        { id: 'm3', topics: ['b'] },
        { id: 'm1', topics: ['a', 'b'] },
        { id: 'm2', topics: ['a'] },
      ],
      new Map([
        ['a', 3],
        ['b', 2],
        ['nobody', 2],
      ]),
    );

    expect(Object.fromEntries([...assignment].map(([id, some]) => [id, keysOf(some)]))).toEqual({
      m1: ['a/0', 'a/2', 'b/1'],
      m2: ['a/1'],
      m3: ['b/0'],
    });
  });
});

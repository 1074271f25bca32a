import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type AssignmentMember, assignPartitions } from './assign.js';
import {
  type GroupCase,
  groupOf,
  keysOf,
  numbersOfGroup,
  rejoining,
  sizesOf,
  subscribedPartitions,
  takenFrom,
  unreadPartitions,
} from './groups.fixture.js';

const runs = { seed: 16, numRuns: 1_000 };
const tiny = { members: 3, topics: 3, partitions: 2 };

const numbers = fc.array(fc.nat({ max: 10_000 }), numbersOfGroup);
const anyGroup = numbers.map((some) => groupOf(some, 'different'));
const anyEqualGroup = numbers.map((some) => groupOf(some, 'equal'));
const anyTinyGroup = numbers.map((some) => groupOf(some, 'different', tiny));

/** Members of equal subscriptions after a rebalance, so that nobody claims what another has. */
const anyStableGroup = anyEqualGroup.map(({ members, partitions }) => ({
  members: rejoining(members, assignPartitions(members, partitions)),
  partitions,
}));

/** Members of equal subscriptions that own any partitions, as no assignment would distribute them. */
const anyUnevenGroup = fc
  .tuple(anyEqualGroup, fc.array(fc.nat({ max: 12 }), { minLength: 80, maxLength: 80 }))
  .map(([group, owners]) => ({
    partitions: group.partitions,
    members: group.members.map((member, number) => ({
      ...member,
      generation: 5,
      owned: subscribedPartitions(group).filter((_, at) => owners[at] === number),
    })),
  }));

const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

const reordered = ({ members, partitions }: GroupCase): fc.Arbitrary<GroupCase> =>
  fc.record({
    members: fc
      .tuple(
        ...members.map((member) =>
          fc.record({
            id: fc.constant(member.id),
            topics: shuffled(member.topics),
            owned: shuffled(member.owned),
            generation: fc.constant(member.generation ?? -1),
          }),
        ),
      )
      .chain(shuffled),
    partitions: shuffled([...partitions]).map((entries) => new Map(entries)),
  });

/** Tries all assignments. A smaller sum of squares is a better balance. */
function leastSumOfSquares(group: GroupCase): number {
  const partitions = subscribedPartitions(group);
  const sizes = group.members.map(() => 0);
  let least = Infinity;
  const assignFrom = (at: number): void => {
    const partition = partitions[at];
    if (partition === undefined) {
      least = Math.min(least, sumOfSquares(sizes));
      return;
    }
    for (const [number, { topics }] of group.members.entries()) {
      if (!topics.includes(partition.topic)) continue;
      sizes[number] = (sizes[number] ?? 0) + 1;
      assignFrom(at + 1);
      sizes[number] = (sizes[number] ?? 0) - 1;
    }
  };
  assignFrom(0);
  return least;
}

function sumOfSquares(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size * size, 0);
}

/** The fewest partitions that members of equal subscriptions must give away until their numbers differ by at most one. */
function fewestMoves(members: readonly AssignmentMember[], total: number): number {
  const fair = Math.floor(total / members.length);
  const remainder = total % members.length;
  return members
    .map(({ owned }) => owned.length)
    .sort((left, right) => right - left)
    .reduce((sum, size, at) => sum + Math.max(0, size - fair - (at < remainder ? 1 : 0)), 0);
}

describe('an assignment', () => {
  it('has each partition of a subscribed topic, at a member that subscribes to it', () => {
    fc.assert(
      fc.property(anyGroup, (group) => {
        const assignment = assignPartitions(group.members, group.partitions);

        expect(keysOf([...assignment.values()].flat()).sort()).toEqual(
          keysOf(subscribedPartitions(group)).sort(),
        );
        expect(unreadPartitions(group.members, assignment)).toEqual([]);
      }),
      runs,
    );
  });

  it('has an entry for every member', () => {
    fc.assert(
      fc.property(anyGroup, ({ members, partitions }) => {
        expect([...assignPartitions(members, partitions).keys()].sort()).toEqual(
          members.map(({ id }) => id).sort(),
        );
      }),
      runs,
    );
  });

  it('gives members of equal subscriptions numbers that differ by at most one', () => {
    fc.assert(
      fc.property(anyEqualGroup, ({ members, partitions }) => {
        const sizes = sizesOf(assignPartitions(members, partitions));

        expect((sizes.at(-1) ?? 0) - (sizes[0] ?? 0)).toBeLessThanOrEqual(1);
      }),
      runs,
    );
  });

  it('is as balanced as different subscriptions allow', () => {
    fc.assert(
      fc.property(anyTinyGroup, (group) => {
        const sizes = sizesOf(assignPartitions(group.members, group.partitions));

        expect(sumOfSquares(sizes)).toBe(leastSumOfSquares(group));
      }),
      runs,
    );
  });

  it('does not depend on the order of members, topics and claims', () => {
    fc.assert(
      fc.property(
        anyGroup.chain((group) => fc.tuple(fc.constant(group), reordered(group))),
        ([group, again]) => {
          expect(assignPartitions(again.members, again.partitions)).toEqual(
            assignPartitions(group.members, group.partitions),
          );
        },
      ),
      runs,
    );
  });

  it('stays the same if nothing changed', () => {
    fc.assert(
      fc.property(anyGroup, ({ members, partitions }) => {
        const first = assignPartitions(members, partitions);

        expect(assignPartitions(rejoining(members, first), partitions)).toEqual(first);
      }),
      runs,
    );
  });

  it('moves no more partitions than balance demands', () => {
    fc.assert(
      fc.property(anyUnevenGroup, (group) => {
        const assignment = assignPartitions(group.members, group.partitions);

        expect(takenFrom(group.members, assignment)).toHaveLength(
          fewestMoves(group.members, subscribedPartitions(group).length),
        );
      }),
      runs,
    );
  });

  it('takes nothing from the others when a member leaves', () => {
    fc.assert(
      fc.property(anyStableGroup, fc.nat(), ({ members, partitions }, number) => {
        const others = members.toSpliced(number % members.length, 1);

        expect(takenFrom(others, assignPartitions(others, partitions))).toEqual([]);
      }),
      runs,
    );
  });

  it('takes from the others only the share of a member that joins', () => {
    fc.assert(
      fc.property(anyStableGroup, ({ members, partitions }) => {
        const joining = { id: 'joining', topics: members[0]?.topics ?? [], owned: [] };
        const assignment = assignPartitions([...members, joining], partitions);
        const share = keysOf(assignment.get('joining'));

        expect(takenFrom(members, assignment).sort()).toEqual(share.sort());
        expect(share).toHaveLength(
          Math.floor(subscribedPartitions({ members, partitions }).length / (members.length + 1)),
        );
      }),
      runs,
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { TopicPartition } from '../../driver.js';
import { assignPartitions } from './assign.js';
import {
  type DecodedAssignment,
  decodeAssignment,
  encodeAssignment,
  subscriptionFingerprint,
} from './protocol/consumer-protocol.js';
import { groupOf, numbersOfGroup } from './groups.fixture.js';
import { type OtherAssignment, type RebalanceReason, wantsRebalance } from './wants-rebalance.js';

const runs = { seed: 16, numRuns: 1_000 };
const anyGroup = fc
  .array(fc.nat({ max: 10_000 }), numbersOfGroup)
  .map((numbers) => groupOf(numbers, 'different'));

const of = (topic: string, ...numbers: number[]): TopicPartition[] =>
  numbers.map((partition) => ({ topic, partition }));

interface Row {
  readonly name: string;
  readonly topics: readonly string[];
  readonly assigned: readonly TopicPartition[];
  /** What the member subscribed to when it was assigned. `undefined` if another client assigned it. */
  readonly before?: { readonly topics: readonly string[]; readonly partitions: object };
  readonly partitions: Readonly<Record<string, number>>;
  readonly others?: readonly OtherAssignment[];
  readonly expected: RebalanceReason | undefined;
}

const changed = { kind: 'changed' } as const;

const rows: readonly Row[] = [
  {
    name: 'a follower whose topics are the same',
    topics: ['a'],
    assigned: of('a', 0),
    before: { topics: ['a'], partitions: { a: 2 } },
    partitions: { a: 2 },
    expected: undefined,
  },
  {
    name: 'a follower that got nothing because there are too few partitions',
    topics: ['a'],
    assigned: [],
    before: { topics: ['a'], partitions: { a: 2 } },
    partitions: { a: 2 },
    expected: undefined,
  },
  {
    name: 'a follower that reads another topic since',
    topics: ['a', 'b'],
    assigned: of('a', 0),
    before: { topics: ['a'], partitions: { a: 2, b: 2 } },
    partitions: { a: 2, b: 2 },
    expected: changed,
  },
  {
    name: 'a follower that reads a topic no longer',
    topics: ['a'],
    assigned: [...of('a', 0), ...of('b', 1)],
    before: { topics: ['a', 'b'], partitions: { a: 2, b: 2 } },
    partitions: { a: 2, b: 2 },
    expected: { kind: 'unwanted', partitions: of('b', 1) },
  },
  {
    name: 'a follower whose topic grew',
    topics: ['a'],
    assigned: of('a', 0),
    before: { topics: ['a'], partitions: { a: 4 } },
    partitions: { a: 6 },
    expected: changed,
  },
  {
    name: 'a partition that does not exist',
    topics: ['a'],
    assigned: of('a', 0, 5),
    partitions: { a: 2 },
    expected: { kind: 'unwanted', partitions: of('a', 5) },
  },
  {
    name: 'a topic that the broker does not show now',
    topics: ['a'],
    assigned: of('a', 0),
    partitions: {},
    expected: undefined,
  },
  {
    name: 'a follower that another client assigned a share of each topic',
    topics: ['a', 'b'],
    assigned: [...of('a', 0), ...of('b', 1)],
    partitions: { a: 2, b: 2 },
    expected: undefined,
  },
  {
    name: 'a follower that another client assigned nothing of one topic',
    topics: ['a', 'b'],
    assigned: of('a', 0),
    partitions: { a: 2, b: 1 },
    expected: { kind: 'unassigned', partitions: of('b', 0) },
  },
  {
    name: 'a leader that is alone and has all',
    topics: ['a'],
    assigned: of('a', 0, 1),
    partitions: { a: 2 },
    others: [],
    expected: undefined,
  },
  {
    name: 'a leader that is alone, of a topic that grew',
    topics: ['a'],
    assigned: of('a', 0, 1),
    partitions: { a: 3 },
    others: [],
    expected: { kind: 'unassigned', partitions: of('a', 2) },
  },
  {
    name: 'a leader whose group has all',
    topics: ['a'],
    assigned: of('a', 0),
    partitions: { a: 2, b: 1, nobody: 3 },
    others: [{ topics: ['a', 'b'], partitions: [...of('a', 1), ...of('b', 0)] }],
    expected: undefined,
  },
  {
    name: 'a leader that sees a topic of another member that nobody has',
    topics: ['a'],
    assigned: of('a', 0),
    partitions: { a: 1, b: 2 },
    others: [{ topics: ['b'], partitions: of('b', 0) }],
    expected: { kind: 'unassigned', partitions: of('b', 1) },
  },
  {
    name: 'a leader that sees another member with a topic that it does not read',
    topics: ['a'],
    assigned: of('a', 0),
    partitions: { a: 1, b: 1 },
    others: [{ topics: ['a'], partitions: of('b', 0) }],
    expected: { kind: 'unwanted', partitions: of('b', 0) },
  },
  {
    name: 'a leader that does not know what another member has',
    topics: ['a'],
    assigned: of('a', 0),
    partitions: { a: 3 },
    others: [{ topics: ['a'], partitions: undefined }],
    expected: undefined,
  },
  {
    name: 'a leader that does not know what another member of other topics has',
    topics: ['a'],
    assigned: of('a', 0),
    partitions: { a: 2, b: 2 },
    others: [{ topics: ['b'], partitions: undefined }],
    expected: { kind: 'unassigned', partitions: of('a', 1) },
  },
];

function readAssignment(bytes: Uint8Array): DecodedAssignment {
  const decoded = decodeAssignment(bytes);
  if (decoded === undefined) throw new Error('The assignment is malformed.');
  return decoded;
}

describe('wantsRebalance', () => {
  it.each(rows)('$name', ({ topics, assigned, before, partitions, others, expected }) => {
    const assignedFor =
      before && subscriptionFingerprint(before.topics, new Map(Object.entries(before.partitions)));

    expect(
      wantsRebalance(
        { topics, partitions: assigned, assignedFor },
        new Map(Object.entries(partitions)),
        others,
      ),
    ).toEqual(expected);
  });

  it('finds nothing wrong with what assignPartitions assigned, for the leader and for followers', () => {
    fc.assert(
      fc.property(anyGroup, ({ members, partitions }) => {
        const assignment = assignPartitions(members, partitions);

        const reasons = members.flatMap(({ id, topics }) => {
          const bytes = encodeAssignment(
            assignment.get(id) ?? [],
            subscriptionFingerprint(topics, partitions),
          );
          const own = { topics, ...readAssignment(bytes) };
          const others = members
            .filter((other) => other.id !== id)
            .map((other) => ({ topics: other.topics, partitions: assignment.get(other.id) }));
          return [wantsRebalance(own, partitions), wantsRebalance(own, partitions, others)];
        });

        expect(reasons.filter((reason) => reason !== undefined)).toEqual([]);
      }),
      runs,
    );
  });

  it('finds every partition that was taken out of an assignment', () => {
    fc.assert(
      fc.property(anyGroup, fc.nat(), ({ members, partitions }, at) => {
        const assignment = assignPartitions(members, partitions);
        const all = [...assignment.values()].flat();
        fc.pre(all.length > 0);
        const missing = all[at % all.length];
        const [own, ...others] = members.map(({ id, topics }) => ({
          topics,
          partitions: (assignment.get(id) ?? []).filter((one) => one !== missing),
        }));
        if (own === undefined) return;

        expect(wantsRebalance({ ...own, assignedFor: undefined }, partitions, others)).toEqual({
          kind: 'unassigned',
          partitions: [missing],
        });
      }),
      runs,
    );
  });
});

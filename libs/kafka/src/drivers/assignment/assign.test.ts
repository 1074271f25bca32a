import { describe, expect, it } from '@jest/globals';

import type { TopicPartition } from '../../driver.js';
import { type AssignmentMember, assignPartitions } from './assign.js';
import { type Assignment, keysOf, rejoining, sizesOf, takenFrom } from './groups.fixture.js';

const parsed = (keys: string): TopicPartition[] =>
  keys
    .split(' ')
    .filter((key) => key !== '')
    .map((key) => ({ topic: key.slice(0, -1), partition: Number(key.slice(-1)) }));

const member = (id: string, topics: string, owned = '', generation = 5): AssignmentMember => ({
  id,
  topics: topics.split(' ').filter((topic) => topic !== ''),
  owned: parsed(owned),
  generation,
});

const shown = (assignment: Assignment): Record<string, string> =>
  Object.fromEntries(
    [...assignment].map(([id, partitions]) => [
      id,
      partitions.map(({ topic, partition }) => `${topic}${partition}`).join(' '),
    ]),
  );

interface Row {
  readonly name: string;
  readonly members: readonly AssignmentMember[];
  readonly partitions: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, string>>;
}

const rows: readonly Row[] = [
  { name: 'no members', members: [], partitions: { a: 3 }, expected: {} },
  {
    name: 'a new group: each topic is spread over the members',
    members: [member('m2', 'a b'), member('m1', 'b a')],
    partitions: { a: 3, b: 3 },
    expected: { m1: 'a0 a2 b1', m2: 'a1 b0 b2' },
  },
  {
    name: 'different topics: each partition goes to a member that reads it',
    members: [member('m1', 'a'), member('m2', 'b')],
    partitions: { a: 2, b: 2 },
    expected: { m1: 'a0 a1', m2: 'b0 b1' },
  },
  {
    name: 'a topic without subscribers is not assigned',
    members: [member('m1', 'a')],
    partitions: { a: 1, b: 2 },
    expected: { m1: 'a0' },
  },
  {
    name: 'a member without topics gets nothing',
    members: [member('m1', 'a'), member('m2', '')],
    partitions: { a: 2 },
    expected: { m1: 'a0 a1', m2: '' },
  },
  {
    name: 'more members than partitions',
    members: [member('m1', 'a'), member('m2', 'a', 'a0'), member('m3', 'a')],
    partitions: { a: 1 },
    expected: { m1: '', m2: 'a0', m3: '' },
  },
  {
    name: 'a member of one topic gets it, because the other has enough besides',
    members: [member('m1', 'a b', 'a0 a1'), member('m2', 'a')],
    partitions: { a: 2, b: 2 },
    expected: { m1: 'b0 b1', m2: 'a0 a1' },
  },
  {
    name: 'balance through a path of members with different topics',
    members: [member('m1', 'a', 'a0 a1 a2 a3'), member('m2', 'a b', 'b0 b1'), member('m3', 'b')],
    partitions: { a: 4, b: 2 },
    expected: { m1: 'a0 a1', m2: 'a2 a3', m3: 'b0 b1' },
  },
  {
    name: 'a member that has to give away a partition keeps what it owned, and gives away a new one',
    members: [member('m1', 'x z', 'x0 x1 z0 z1'), member('m2', 'x y', 'y0'), member('m3', 'y')],
    partitions: { x: 2, y: 3, z: 2 },
    expected: { m1: 'x0 z0 z1', m2: 'x1 y0', m3: 'y1 y2' },
  },
  {
    name: 'a topic grew: owned partitions stay',
    members: [member('m1', 'a', 'a1'), member('m2', 'a', 'a0')],
    partitions: { a: 4 },
    expected: { m1: 'a1 a2', m2: 'a0 a3' },
  },
  {
    name: 'a topic is gone, another shrank',
    members: [member('m1', 'a b', 'a0 a1 b0'), member('m2', 'a b', 'a2 b1')],
    partitions: { a: 2 },
    expected: { m1: 'a0', m2: 'a1' },
  },
  {
    name: 'a member gives up a topic that it no longer reads',
    members: [member('m1', 'b', 'a0 b0'), member('m2', 'a b', 'a1 b1')],
    partitions: { a: 2, b: 2 },
    expected: { m1: 'b0 b1', m2: 'a0 a1' },
  },
  {
    name: 'two claims for one partition: the higher generation wins',
    members: [member('m1', 'a', 'a0 a1', 4), member('m2', 'a', 'a1 a2', 5)],
    partitions: { a: 4 },
    expected: { m1: 'a0 a3', m2: 'a1 a2' },
  },
  {
    name: 'another claim of an unknown generation does not win',
    members: [member('m1', 'a', 'a1 a2', 4), member('m2', 'a', 'a0 a1', -1)],
    partitions: { a: 4 },
    expected: { m1: 'a1 a2', m2: 'a0 a3' },
  },
  {
    name: 'two claims of one generation: none counts',
    members: [member('m1', 'a', 'a1', 5), member('m2', 'a', 'a1', 5)],
    partitions: { a: 2 },
    expected: { m1: 'a0', m2: 'a1' },
  },
  {
    name: 'a third claim of a higher generation settles two equal ones',
    members: [member('m1', 'a', 'a0', 4), member('m2', 'a', 'a0', 4), member('m3', 'a', 'a0', 5)],
    partitions: { a: 1 },
    expected: { m1: '', m2: '', m3: 'a0' },
  },
  {
    name: 'a claim for a topic that the member does not read does not count',
    members: [member('m1', 'b', 'a0', 6), member('m2', 'a', 'a0', 5), member('m3', 'a', '', 5)],
    partitions: { a: 1 },
    expected: { m1: '', m2: 'a0', m3: '' },
  },
];

const topicsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `topic-${at}`);

const evenGroup = (members: number): AssignmentMember[] =>
  Array.from({ length: members }, (_, at) => ({ id: `m${at}`, topics: topicsOf(2), owned: [] }));

describe('assignPartitions', () => {
  it.each(rows)('$name', ({ members, partitions, expected }) => {
    expect(shown(assignPartitions(members, new Map(Object.entries(partitions))))).toEqual(expected);
  });

  it('does not demand a generation', () => {
    const owned = [{ topic: 'a', partition: 1 }];

    expect(
      assignPartitions(
        [
          { id: 'm1', topics: ['a'], owned },
          { id: 'm2', topics: ['a'], owned: [] },
        ],
        new Map([['a', 2]]),
      ).get('m1'),
    ).toEqual(owned);
  });

  it.each([60, 61, 67])(
    'moves only the restarted member’s share of %d partitions while ten members restart one by one',
    (count) => {
      const partitions = new Map([
        ['topic-0', count - 20],
        ['topic-1', 20],
      ]);
      let members = rejoining(evenGroup(10), assignPartitions(evenGroup(10), partitions));
      members = rejoining(members, assignPartitions(members, partitions));

      for (let restart = 0; restart < 10; restart += 1) {
        const others = members.filter(({ id }) => id !== `m${restart}`);
        const without = assignPartitions(others, partitions);
        expect(takenFrom(others, without)).toEqual([]);

        const back = { id: `new-${restart}`, topics: topicsOf(2), owned: [] };
        const before = rejoining(others, without);
        const assignment = assignPartitions([...before, back], partitions);
        expect(takenFrom(before, assignment).sort()).toEqual(
          keysOf(assignment.get(back.id)).sort(),
        );
        expect(assignment.get(back.id)?.length).toBe(Math.floor(count / 10));
        expect(sizesOf(assignment).at(-1)).toBe(Math.ceil(count / 10));
        members = rejoining([...before, back], assignment);
      }
    },
  );

  it.each([
    { name: '10 topics of 100 partitions', topics: 10, read: 1, owners: 0 },
    { name: '1,000 topics, of which members read all', topics: 1_000, read: 1, owners: 0 },
    { name: '1,000 topics, of which members read half', topics: 1_000, read: 2, owners: 0 },
    { name: 'one member that owned all of 10 topics', topics: 10, read: 1, owners: 1 },
    { name: 'one member that owned all of 1,000 topics', topics: 1_000, read: 2, owners: 1 },
  ])('assigns 1,000 partitions to 100 members within 100 ms: $name', ({ topics, read, owners }) => {
    const names = topicsOf(topics);
    const perTopic = 1_000 / topics;
    const all = names.flatMap((topic) =>
      Array.from({ length: perTopic }, (_, partition) => ({ topic, partition })),
    );
    const members = Array.from({ length: 100 }, (_, number) => ({
      id: `m${number}`,
      topics: names.filter((_, at) => number === 0 || (at * 7 + number) % read === 0),
      owned: number < owners ? all : [],
    }));
    const partitions = new Map(names.map((name) => [name, perTopic]));

    // The time of this process, and the best of several runs: the machine may be busy.
    const times = Array.from({ length: 10 }, () => {
      const start = process.cpuUsage();
      assignPartitions(members, partitions);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    });

    expect(Math.min(...times)).toBeLessThan(100);
  });
});

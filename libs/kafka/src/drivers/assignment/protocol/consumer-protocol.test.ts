import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { TopicPartition } from '../../../driver.js';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  readMembers,
  type Subscription,
  subscriptionFingerprint,
} from './consumer-protocol.js';
import { comparePartitions } from '../partitions.js';

const runs = { seed: 16, numRuns: 1_000 };

const anyTopic = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);
const anyPartitions: fc.Arbitrary<TopicPartition[]> = fc
  .uniqueArray(fc.record({ topic: anyTopic, partition: fc.integer({ min: 0, max: 50 }) }), {
    selector: ({ topic, partition }) => `${topic}/${partition}`,
    maxLength: 30,
  })
  .map((partitions) => partitions.sort(comparePartitions));
const anySubscription: fc.Arbitrary<Subscription> = fc.record({
  topics: fc.uniqueArray(anyTopic).map((topics) => topics.sort()),
  owned: anyPartitions,
  generation: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
});

describe('a subscription', () => {
  it('has the bytes of version 2', () => {
    const bytes = encodeSubscription({
      topics: ['b', 'a'],
      owned: [
        { topic: 'b', partition: 0 },
        { topic: 'a', partition: 2 },
        { topic: 'a', partition: 1 },
      ],
      generation: 7,
    });

    expect(bytes.toString('hex')).toBe(
      [
        '0002',
        '00000002' + '000161' + '000162',
        '00000000',
        '00000002' + '000161' + '00000002' + '00000001' + '00000002',
        '000162' + '00000001' + '00000000',
        '00000007',
      ].join(''),
    );
  });

  it('is read back', () => {
    fc.assert(
      fc.property(anySubscription, (subscription) => {
        expect(decodeSubscription(encodeSubscription(subscription))).toEqual({
          ...subscription,
          userData: Buffer.alloc(0),
        });
      }),
      runs,
    );
  });

  it('of a newer version is read without what follows', () => {
    const bytes = Buffer.concat([
      encodeSubscription({ topics: ['a'], owned: [], generation: 3 }),
      Buffer.from('what a later version appends'),
    ]);
    bytes.writeInt16BE(9);

    expect(decodeSubscription(bytes)).toMatchObject({ topics: ['a'], generation: 3 });
  });

  it('does not depend on the order of its topics and partitions', () => {
    const owned = [
      { topic: 'a', partition: 1 },
      { topic: 'b', partition: 0 },
    ];

    expect(encodeSubscription({ topics: ['b', 'a'], owned, generation: 1 })).toEqual(
      encodeSubscription({ topics: ['a', 'b'], owned: owned.toReversed(), generation: 1 }),
    );
  });

  it('that is malformed is not read, and nothing is thrown', () => {
    fc.assert(
      fc.property(anySubscription, fc.nat(), (subscription, at) => {
        const bytes = encodeSubscription(subscription);
        const length = at % bytes.length;
        const isRefused = decodeSubscription(bytes.subarray(0, length)) === undefined;

        // Only the fields of later versions may be missing, and only as a whole.
        const ends = [bytes.length - 4, bytes.length - 4 - ownedLength(subscription.owned)];
        expect(isRefused).toBe(!ends.includes(length));
      }),
      runs,
    );
  });

  it.each([
    ['no bytes', ''],
    ['one byte', '00'],
    ['a version only', '0001'],
    ['more topics than bytes', '0001' + '7fffffff' + '000161'],
    ['a negative number of topics', '0001' + 'fffffffe'],
    ['a topic without a name', '0000' + '00000001' + 'ffff' + '00000000'],
    ['user data of a negative length', '0000' + '00000000' + 'fffffffe'],
    ['half a generation', '0002' + '00000000' + '00000000' + '00000000' + '0000'],
  ])('with %s is not read', (_, hex) => {
    expect(decodeSubscription(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('of random bytes does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        decodeSubscription(bytes);
        decodeAssignment(bytes);
      }),
      runs,
    );
  });
});

function ownedLength(owned: readonly TopicPartition[]): number {
  const topics = new Set(owned.map(({ topic }) => topic));
  return [...topics].reduce((sum, topic) => sum + 2 + topic.length + 4, 4 + 4 * owned.length);
}

describe('readMembers', () => {
  it('returns the ids of members whose subscription cannot be read, and subscribes them to nothing', () => {
    const owned = [{ topic: 'a', partition: 1 }];

    expect(
      readMembers([
        { id: 'm1', metadata: encodeSubscription({ topics: ['a'], owned, generation: 4 }) },
        { id: 'm2', metadata: Buffer.from('not a subscription') },
        { id: 'm3', metadata: new Uint8Array() },
      ]),
    ).toEqual({
      members: [
        { id: 'm1', topics: ['a'], owned, generation: 4 },
        { id: 'm2', topics: [], owned: [], generation: -1 },
        { id: 'm3', topics: [], owned: [], generation: -1 },
      ],
      unreadable: ['m2', 'm3'],
    });
  });
});

describe('an assignment', () => {
  it('is read back, with the fingerprint of its subscription', () => {
    fc.assert(
      fc.property(anyPartitions, fc.constantFrom(undefined, 'abc'), (partitions, assignedFor) => {
        expect(decodeAssignment(encodeAssignment(partitions, assignedFor))).toEqual({
          partitions,
          assignedFor,
        });
      }),
      runs,
    );
  });

  it('without bytes is empty', () => {
    expect(decodeAssignment(new Uint8Array())).toEqual({ partitions: [], assignedFor: undefined });
  });

  it('that is malformed is not read', () => {
    expect(decodeAssignment(Buffer.from('000100000001', 'hex'))).toBeUndefined();
  });
});

describe('a fingerprint', () => {
  const partitions = new Map([
    ['a', 3],
    ['b', 2],
  ]);

  it('does not depend on the order of topics', () => {
    expect(subscriptionFingerprint(['a', 'b'], partitions)).toBe(
      subscriptionFingerprint(['b', 'a', 'b'], partitions),
    );
  });

  it.each([
    ['a topic was added', ['a', 'b', 'c'], { a: 3, b: 2 }],
    ['a topic was removed', ['a'], { a: 3, b: 2 }],
    ['a topic grew', ['a', 'b'], { a: 4, b: 2 }],
  ])('changes if %s', (_, topics, counts) => {
    expect(subscriptionFingerprint(topics, new Map(Object.entries(counts)))).not.toBe(
      subscriptionFingerprint(['a', 'b'], partitions),
    );
  });
});

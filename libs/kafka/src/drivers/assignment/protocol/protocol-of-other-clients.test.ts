import { describe, expect, it } from '@jest/globals';
import {
  decodeConsumerProtocolAssignment,
  decodeConsumerProtocolSubscription,
  encodeConsumerProtocolAssignment,
  encodeConsumerProtocolSubscription,
} from '@platformatic/kafka';
import fc from 'fast-check';
import { AssignerProtocol } from 'kafkajs';

import type { TopicPartition } from '../../../driver.js';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeRoundRobinMetadata,
  encodeSubscription,
  type Subscription,
  THROUGHLINE,
} from './consumer-protocol.js';
import { comparePartitions } from '../partitions.js';

const runs = { seed: 16, numRuns: 1_000 };

/** kafkajs cannot read an assignment of a topic named `__proto__`. */
const anyTopic = fc
  .stringMatching(/^[a-zA-Z0-9._-]{1,40}$/)
  .filter((topic) => topic !== '__proto__');
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

/** As @platformatic/kafka has them: topics in the order of a locale, each with its partitions. */
function grouped(partitions: readonly TopicPartition[]): Map<string, number[]> {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  }
  return topics;
}

const asTheirs = (
  partitions: readonly TopicPartition[],
): { topic: string; partitions: number[] }[] =>
  [...grouped(partitions)].map(([topic, numbers]) => ({ topic, partitions: numbers }));

const flat = (theirs: readonly { topic: string; partitions: number[] }[]): TopicPartition[] =>
  theirs
    .flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
    .sort(comparePartitions);

describe('a subscription', () => {
  it('is read by kafkajs and @platformatic/kafka', () => {
    fc.assert(
      fc.property(anySubscription, (subscription) => {
        const bytes = encodeSubscription(subscription);

        expect(AssignerProtocol.MemberMetadata.decode(bytes)).toEqual({
          version: 2,
          topics: subscription.topics,
          userData: Buffer.alloc(0),
        });
        const theirs = decodeConsumerProtocolSubscription(bytes);
        expect(theirs).toMatchObject({
          version: 2,
          topics: subscription.topics,
          generationId: subscription.generation,
        });
        expect(flat(theirs.ownedPartitions)).toEqual(subscription.owned);
      }),
      runs,
    );
  });

  it('of kafkajs is read', () => {
    fc.assert(
      fc.property(anySubscription, fc.integer({ min: 0, max: 9 }), ({ topics }, version) => {
        const bytes = AssignerProtocol.MemberMetadata.encode({
          version,
          topics: [...topics],
          userData: Buffer.from('theirs'),
        });

        expect(decodeSubscription(bytes)).toEqual({
          topics,
          owned: [],
          generation: -1,
          userData: Buffer.from('theirs'),
        });
      }),
      runs,
    );
  });

  it.each([0, 1, 2, 3])('of @platformatic/kafka in version %d is read', (version) => {
    fc.assert(
      fc.property(anySubscription, ({ topics, owned, generation }) => {
        const bytes = encodeConsumerProtocolSubscription({
          version,
          topics: [...topics],
          ownedPartitions: asTheirs(owned),
          generationId: generation,
          rackId: 'rack',
        });

        const read = decodeSubscription(bytes);

        expect(read?.topics).toEqual(topics);
        expect([...(read?.owned ?? [])].sort(comparePartitions)).toEqual(version < 1 ? [] : owned);
        expect(read?.generation).toBe(version < 2 ? -1 : generation);
      }),
      runs,
    );
  });
});

describe('an assignment', () => {
  it('is read by kafkajs and @platformatic/kafka', () => {
    fc.assert(
      fc.property(anyPartitions, (partitions) => {
        const bytes = encodeAssignment(partitions, 'abc');

        expect(AssignerProtocol.MemberAssignment.decode(bytes)).toEqual({
          version: 1,
          assignment: Object.fromEntries(grouped(partitions)),
          userData: Buffer.from('abc'),
        });
        expect(flat(decodeConsumerProtocolAssignment(bytes).assignedPartitions)).toEqual(
          partitions,
        );
      }),
      runs,
    );
  });

  it('of kafkajs and @platformatic/kafka is read', () => {
    fc.assert(
      fc.property(anyPartitions, (partitions) => {
        const kafkajs = AssignerProtocol.MemberAssignment.encode({
          version: 0,
          assignment: Object.fromEntries(grouped(partitions)),
          userData: Buffer.alloc(0),
        });
        const platformatic = encodeConsumerProtocolAssignment({
          version: 3,
          assignedPartitions: asTheirs(partitions),
        });

        for (const bytes of [kafkajs, platformatic]) {
          const read = decodeAssignment(bytes);
          expect([...(read?.partitions ?? [])].sort(comparePartitions)).toEqual(partitions);
          expect(read?.assignedFor).toBeUndefined();
        }
      }),
      runs,
    );
  });
});

describe('the metadata for RoundRobinAssigner', () => {
  it('has the bytes that kafkajs writes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyTopic), (topics) => {
        expect(encodeRoundRobinMetadata(topics)).toEqual(
          AssignerProtocol.MemberMetadata.encode({
            version: 0,
            topics,
            userData: Buffer.from(THROUGHLINE),
          }),
        );
      }),
      runs,
    );
  });
});

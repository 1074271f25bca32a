import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../manual-clock.fixture.js';
import { ConsumerGroup, partitionName, type GroupMember, type TopicPartition } from './group.js';
import { MemoryTopic } from './topic.js';

const aTopic = (name = 'orders'): MemoryTopic => new MemoryTopic(name, new ManualClock(), 3);

const names = (partitions: readonly TopicPartition[]): readonly string[] =>
  partitions.map(partitionName);

/** A member that says what happens to it. */
class Member implements GroupMember {
  readonly log: string[] = [];
  revoked: Promise<unknown> = Promise.resolve();

  constructor(readonly topics: readonly MemoryTopic[]) {}

  assign(partitions: readonly TopicPartition[]): void {
    this.log.push(`assigned ${names(partitions).join(' ')}`);
  }

  async revoke(partitions: readonly TopicPartition[]): Promise<void> {
    this.log.push(`revoked ${names(partitions).join(' ')}`);
    await this.revoked;
  }
}

describe('a consumer group', () => {
  it('moves only the partitions that get another member', async () => {
    const group = new ConsumerGroup();
    const topic = aTopic();
    const [first, second] = [new Member([topic]), new Member([topic])];

    group.join(first);
    await turn();
    group.join(second);
    await turn();
    group.leave(second);
    await turn();

    expect(first.log).toEqual([
      'assigned orders/0 orders/1 orders/2',
      'revoked orders/1',
      'assigned orders/1',
    ]);
    expect(second.log).toEqual(['assigned orders/1']);
  });

  it('gives a partition away only once its member has let go of it', async () => {
    const group = new ConsumerGroup();
    const topic = aTopic();
    const [first, second] = [new Member([topic]), new Member([topic])];
    const letGo = Promise.withResolvers<undefined>();
    first.revoked = letGo.promise;
    group.join(first);
    await turn();

    group.join(second);
    await turn();
    expect(second.log).toEqual([]);
    letGo.resolve(undefined);
    await turn();
    expect(second.log).toEqual(['assigned orders/1']);
  });

  it('gives each partition to a member that reads its topic', async () => {
    const group = new ConsumerGroup();
    const [orders, audit] = [aTopic('orders'), aTopic('audit')];
    const [first, second] = [new Member([orders]), new Member([audit])];

    group.join(first);
    group.join(second);
    await turn();

    expect(first.log).toEqual(['assigned orders/0 orders/1 orders/2']);
    expect(second.log).toEqual(['assigned audit/0 audit/1 audit/2']);
  });

  it('knows what is done behind what is not, and how often that has failed', () => {
    const group = new ConsumerGroup();
    const topic = aTopic();
    for (let offset = 0; offset < 4; offset += 1)
      topic.append({ body: null, key: null, headers: {} }, 0);
    const progress = group.progressOf({ topic, number: 0 }, 'earliest');

    progress.failed(0, 2);
    for (const offset of [1, 3]) progress.done(offset);
    expect([progress.position, progress.failuresOf(0), group.lag(topic)]).toEqual([0, 2, 2]);
    progress.done(0);
    expect([progress.position, progress.failuresOf(0), group.lag(topic)]).toEqual([2, 0, 1]);
  });

  it('begins at the end where it is to read only what comes later', () => {
    const group = new ConsumerGroup();
    const topic = aTopic();
    topic.append({ body: null, key: null, headers: {} }, 0);

    expect(group.progressOf({ topic, number: 0 }, 'latest').position).toBe(1);
    expect(group.progressOf({ topic, number: 0 }, 'earliest').position).toBe(1);
  });
});

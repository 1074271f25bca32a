import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '#base';
import { ConsumerRecorder } from 'throughline/conformance';
import type { KafkaConsumer, KafkaDriver } from '../../driver.js';
import { memory, type MemoryDriver } from '../../drivers/index.js';
import { Partition } from '../partitions/partition.js';
import type { TopicPlan } from '../topic-plan.js';
import { encodeCommit } from './commit-metadata.js';
import { lagOf, type LagParts } from './lag.js';
import { OffsetLedger } from './offset-ledger.js';

const group = 'audit';
const plan = (channel: string, part: TopicPlan['part'] = 'own'): TopicPlan => ({
  channel,
  order: 'key',
  part,
});
/** This process handles two topics, `orders` and `bills`, and their redriven messages. */
const plans = new Map([
  ['orders', plan('orders')],
  ['bills', plan('bills')],
  ['bills.retry', plan('bills', 'retry')],
]);

/** The first partition of a topic, assigned to this process, with one message done. */
const firstOf = (topic: string): Partition =>
  new Partition({
    id: { topic, partition: 0 },
    channel: topic,
    ledger: new OffsetLedger(1),
    log: undefined,
  });

/** The group has one member, which reads only `orders`. */
describe('The lag of a group with partitions that no member reads', () => {
  let driver: MemoryDriver;
  let member: KafkaConsumer;

  beforeEach(async () => {
    driver = memory();
    await driver.create([...plans.keys()].map((name) => ({ name, partitions: 2 })));
    member = driver.consumer(
      {
        group,
        topics: ['orders'],
        from: 'earliest',
        sessionTimeout: 10_000,
        heartbeatInterval: 1_000,
        maxWait: 100,
        maxBytesPerPartition: 131_072,
      },
      new ConsumerRecorder(),
    );
    await member.start();
  });
  afterEach(() => driver.close());

  const send = async (topic: string, partition: number, count: number): Promise<void> => {
    const producer = driver.producer();
    const record = { topic, partition, key: null, value: 'text', headers: {} };
    await producer.send(Array.from({ length: count }, () => record));
    await producer.close();
  };
  const commit = (partition: number, offset: number, metadata = ''): void => {
    driver.resetCommits(group, [{ topic: 'bills', partition, offset, metadata }]);
  };
  const parts = (others: Partial<LagParts> = {}): LagParts => ({
    driver,
    consumer: { group, from: 'earliest' },
    plans,
    failed: new Map(),
    ...others,
  });
  const denying = (): KafkaDriver => ({
    ...driver,
    unread: () =>
      Promise.reject(
        new ThroughlineError('TL_KAFKA_DENIED', 'Not authorized', { errorClass: 'blocked' }),
      ),
  });

  it('counts the messages in these partitions, redriven ones too, and none that other members read', async () => {
    await send('orders', 0, 7);
    await send('bills', 0, 3);
    await send('bills', 1, 2);
    await send('bills.retry', 1, 1);

    expect(await lagOf([], parts())).toEqual(
      new Map([
        ['orders', 0],
        ['bills', 3 + 2 + 1],
      ]),
    );
  });

  it('does not count what the group has done before, or what the log no longer contains', async () => {
    await send('bills', 0, 10);
    await send('bills', 1, 10);
    const progress = { done: [6, 8], failures: new Map([[5, 1]]) };
    const record = { progress, mark: undefined, log: undefined, leaderEpoch: undefined };
    commit(0, 4, encodeCommit(4, record));
    driver.trim({ topic: 'bills', partition: 1, offset: 9 });

    expect((await lagOf([], parts())).get('bills')).toBe(4 + 1);
  });

  it('does not count messages that a group skips that starts at the end', async () => {
    await send('bills', 0, 3);

    const lag = await lagOf([], parts({ consumer: { group, from: 'latest' } }));

    expect(lag.get('bills')).toBe(0);
  });

  it('counts a partition of this process once', async () => {
    await send('bills', 0, 3);

    expect((await lagOf([firstOf('bills')], parts())).get('bills')).toBe(2);
  });

  it('does not count topics that cannot be read', async () => {
    await send('bills', 0, 3);
    await send('bills.retry', 0, 1);
    const failed = new Map([['bills', new Error('denied')]]);

    expect((await lagOf([], parts({ failed }))).get('bills')).toBe(1);
  });

  it('counts only what is assigned to this process if the group cannot be described', async () => {
    await send('orders', 0, 3);
    await send('bills', 0, 3);

    expect(await lagOf([firstOf('orders')], parts({ driver: denying() }))).toEqual(
      new Map([
        ['orders', 2],
        ['bills', 0],
      ]),
    );
  });

  it('counts only what is assigned to this process while the group has no members', async () => {
    await send('bills', 0, 3);
    await member.stop();

    expect((await lagOf([], parts())).get('bills')).toBe(0);
  });
});

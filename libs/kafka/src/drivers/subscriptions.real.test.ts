import { afterAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { ConsumerRecorder, createTopics } from 'throughline/conformance';
import { OpenSink } from '../consume/sink.fixture.js';
import type { KafkaDriver, TopicPartition } from '../driver.js';
import { KafkaFixture } from '../kafka.fixture.js';
import { kafkaJs, platformatic } from './index.js';

const brokers = (process.env.TEST_KAFKA ?? '').split(',');
const drivers = {
  kafkajs: kafkaJs({ brokers, clientId: 'subscriptions' }),
  platformatic: platformatic({ brokers, clientId: 'subscriptions' }),
};

Logger.overrideLogger(false);
afterAll(() => Promise.all(Object.values(drivers).map((driver) => driver.close())));

function memberOf(
  driver: KafkaDriver,
  group: string,
  topics: readonly string[],
): {
  readonly recorder: ConsumerRecorder;
  readonly start: () => Promise<void>;
} {
  const recorder = new ConsumerRecorder();
  const consumer = driver.consumer(
    {
      group,
      topics,
      from: 'earliest',
      sessionTimeout: 10_000,
      heartbeatInterval: 300,
      maxWait: 100,
      maxBytesPerPartition: 131_072,
    },
    recorder,
  );
  return { recorder, start: () => consumer.start() };
}

/** Starts a member of another application: a consumer of kafkajs, which assigns partitions whatever its members subscribe to. */
async function joinAsOther(groupId: string, topics: string[]): Promise<Consumer> {
  const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId, heartbeatInterval: 300, maxWaitTimeInMs: 100 });
  const joined = Promise.withResolvers<undefined>();
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined.resolve(undefined);
  });
  await consumer.connect();
  await consumer.subscribe({ topics });
  await consumer.run({ eachMessage: () => Promise.resolve() });
  await joined.promise;
  return consumer;
}

/** Waits until the group is stable. */
async function unreadOnceStable(
  driver: KafkaDriver,
  group: string,
  topic: string,
): Promise<readonly TopicPartition[]> {
  const late = AbortSignal.timeout(20_000);
  while (!late.aborted) {
    const unread = await driver.unread(group, [topic]);
    if (unread !== undefined) return unread;
  }
  throw new Error(`The group ${group} never became stable.`);
}

const partitionsOf = (topic: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, partition) => `${topic}/${partition}`);

describe.each(Object.entries(drivers))('a group of members on %s', (_, driver) => {
  it('gives each partition to a member that reads its topic', async () => {
    const name = randomUUID();
    const [a, b] = [`a-${name}`, `b-${name}`];
    await createTopics(driver, [
      { name: a, partitions: 6 },
      { name: b, partitions: 6 },
    ]);
    const first = memberOf(driver, name, [a]);
    const second = memberOf(driver, name, [b]);

    await Promise.all([first.start(), second.start()]);

    await first.recorder.until('its partitions', () => first.recorder.owned.length === 6);
    await second.recorder.until('its partitions', () => second.recorder.owned.length === 6);
    expect(first.recorder.owned).toEqual(partitionsOf(a, 6));
    expect(second.recorder.owned).toEqual(partitionsOf(b, 6));
  });

  it('shares its partitions with a member of another application, by kafkajs’ own assignment', async () => {
    const topic = `shared-${randomUUID()}`;
    await createTopics(driver, [{ name: topic, partitions: 6 }]);
    const ours = memberOf(driver, topic, [topic]);
    await ours.start();
    const other = await joinAsOther(topic, [topic]);

    await ours.recorder.until('half of the partitions', () => ours.recorder.owned.length === 3);
    await other.disconnect();
    await ours.recorder.until('all partitions again', () => ours.recorder.owned.length === 6);
  });

  it('counts the messages of a partition that another application has assigned to a member that does not read it', async () => {
    const name = randomUUID();
    const [a, b] = [`a-${name}`, `b-${name}`];
    const fixture = new KafkaFixture(driver, b, name);
    await createTopics(
      driver,
      [a, b, fixture.retries].map((topic) => ({ name: topic, partitions: 3 })),
    );
    await fixture.send(b, 6, 3);
    // The first member leads. It gives one partition of each topic to each of the three members.
    const others = [await joinAsOther(name, [a, b]), await joinAsOther(name, [a])];
    const source = fixture.connection().source({ handlers: [fixture.handler] });
    const sink = new OpenSink();
    await source.start(sink);
    await sink.until('the two messages of its partition', () => sink.received.length === 2);

    const unread = await unreadOnceStable(driver, name, b);
    const { assigned, lag } = await source.inspect();
    await source.stop(AbortSignal.timeout(1_000));
    await Promise.all(others.map((other) => other.disconnect()));

    expect(unread).toHaveLength(1);
    expect(assigned).toHaveLength(1);
    expect(lag).toEqual(new Map([[b, 2 + 2]]));
  });
});

import { afterAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { ConsumerRecorder, createTopics } from 'throughline/conformance';
import type { KafkaDriver } from '../driver.js';
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
    const other = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: topic });
    await other.connect();
    await other.subscribe({ topics: [topic] });
    await other.run({ eachMessage: () => Promise.resolve() });

    await ours.recorder.until('half of the partitions', () => ours.recorder.owned.length === 3);
    await other.disconnect();
    await ours.recorder.until('all partitions again', () => ours.recorder.owned.length === 6);
  });
});

import { afterAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { ConsumerRecorder } from 'throughline/conformance';
import { kafkaJs } from '../kafkajs.js';

const brokers = (process.env.TEST_KAFKA ?? '').split(',');
const driver = kafkaJs({ brokers, clientId: 'subscriptions' });

Logger.overrideLogger(false);
afterAll(() => driver.close());

function memberOf(
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

describe('a group whose members read different topics', () => {
  it('gives each partition to a member that reads it', async () => {
    const name = randomUUID();
    const [a, b] = [`a-${name}`, `b-${name}`];
    await driver.create([
      { name: a, partitions: 6 },
      { name: b, partitions: 6 },
    ]);
    const first = memberOf(name, [a]);
    const second = memberOf(name, [b]);

    await Promise.all([first.start(), second.start()]);

    await first.recorder.until('its partitions', () => first.recorder.owned.length === 6);
    await second.recorder.until('its partitions', () => second.recorder.owned.length === 6);
    expect(first.recorder.owned).toEqual(partitionsOf(a, 6));
    expect(second.recorder.owned).toEqual(partitionsOf(b, 6));
  });

  it('shares its partitions with a member of another application, by kafkajs’ own assignment', async () => {
    const topic = `shared-${randomUUID()}`;
    await driver.create([{ name: topic, partitions: 6 }]);
    const ours = memberOf(topic, [topic]);
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

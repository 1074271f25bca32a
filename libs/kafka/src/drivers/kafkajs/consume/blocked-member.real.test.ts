import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ConsumerRecorder, createTopics } from 'throughline/conformance';
import type { KafkaConsumer } from '../../../driver.js';
import { withAdmin } from '../admin/admin.js';
import { kafkaJs } from '../kafkajs.js';
import { readOptions } from '../options.js';

Logger.overrideLogger(false);
jest.setTimeout(180_000);

const brokers = (process.env.TEST_KAFKA ?? '').split(',');
const driver = kafkaJs({ brokers, clientId: 'trouble', metadataMaxAge: 1_000 });

const running: KafkaConsumer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
});
afterAll(() => driver.close());

async function memberOf(topic: string): Promise<ConsumerRecorder> {
  const recorder = new ConsumerRecorder();
  const consumer = driver.consumer(
    {
      group: `group-${randomUUID()}`,
      topics: [topic],
      from: 'earliest',
      sessionTimeout: 30_000,
      heartbeatInterval: 300,
      maxWait: 100,
      maxBytesPerPartition: 131_072,
    },
    recorder,
  );
  running.push(consumer);
  await consumer.start();
  return recorder;
}

const made = async (): Promise<string> => {
  const topic = `trouble-${randomUUID()}`;
  await createTopics(driver, [{ name: topic, partitions: 1 }]);
  return topic;
};

describe('a member of a group, on Apache Kafka', () => {
  it('is blocked if its topic is deleted, and continues once it is created again', async () => {
    const topic = await made();
    const recorder = await memberOf(topic);

    await withAdmin(readOptions({ brokers }), 'Deleting a topic', (admin) =>
      admin.deleteTopics({ topics: [topic] }),
    );
    await recorder.until('it is reported', () => recorder.troubles.length > 0);
    await createTopics(driver, [{ name: topic, partitions: 1 }]);
    await driver.producer().send([{ topic, key: null, value: 'again', headers: {}, partition: 0 }]);
    await recorder.until('the record', () => recorder.texts.includes('again'), 30_000);
    await recorder.until('it is up', () => recorder.ups === 1);

    expect(recorder.troubles).toEqual([
      expect.objectContaining({ code: 'TL_KAFKA_TOPIC_MISSING', errorClass: 'blocked' }),
    ]);
  });
});

import { randomUUID } from 'node:crypto';

import { ConsumerRecorder } from 'throughline/conformance';
import type { KafkaConsumer, KafkaDriver } from '../../driver.js';

export interface Member {
  readonly topic: string;
  readonly recorder: ConsumerRecorder;
  readonly consumer: KafkaConsumer;
}

/** A member of a group of its own that reads a topic of its own. */
export async function memberOf(driver: KafkaDriver): Promise<Member> {
  const topic = `secured-${randomUUID()}`;
  await driver.create([{ name: topic, partitions: 1 }]);
  const recorder = new ConsumerRecorder();
  return { topic, recorder, consumer: consumerOf(driver, topic, recorder) };
}

export function consumerOf(
  driver: KafkaDriver,
  topic: string,
  recorder: ConsumerRecorder,
): KafkaConsumer {
  return driver.consumer(
    {
      group: `group-of-${topic}`,
      topics: [topic],
      from: 'earliest',
      sessionTimeout: 8_000,
      heartbeatInterval: 500,
      maxWait: 200,
      maxBytesPerPartition: 100_000,
    },
    recorder,
  );
}

/** Sends a text, and throws the reason if it was not written. */
export async function send(driver: KafkaDriver, topic: string, text: string): Promise<void> {
  const producer = driver.producer();
  const [answer] = await producer.send([{ topic, key: null, value: text, headers: {} }]);
  await producer.close();
  if (answer?.status !== 'fulfilled') throw answer?.reason;
}

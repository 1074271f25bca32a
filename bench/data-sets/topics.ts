import kafkajs, { type Admin, type Message } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { payloadOf } from '../candidates/payload.js';
import { withAdmin, withProducer } from '../harness/kafka-clients.js';
import type { Environment } from '../harness/environment.js';
import { traceparentOf, type SampledShare } from './traceparent.js';

/** The content of a topic. */
export interface Filling {
  readonly partitions: number;
  readonly messages: number;
  readonly keys: number;
  /** The part of the messages whose trace is sampled upstream. Default: they have no trace. */
  readonly sampled?: SampledShare;
}

const POLL_INTERVAL_MS = 50;
/** How many messages one request has. */
const AT_ONCE = 5_000;

async function exists(admin: Admin, topic: string, partitions: number): Promise<boolean> {
  try {
    return (await admin.fetchTopicOffsets(topic)).length === partitions;
  } catch (error) {
    // The controller knows the topic a moment before the broker does.
    if (error instanceof kafkajs.KafkaJSProtocolError && error.retriable) return false;
    throw error;
  }
}

/** Creates a topic. Resolves when all of its partitions answer. */
export const createTopic = (
  environment: Environment,
  topic: string,
  partitions: number,
): Promise<void> =>
  withAdmin(environment, async (admin) => {
    const topics = [{ topic, numPartitions: partitions }];
    await admin.createTopics({ waitForLeaders: false, topics });
    while (!(await exists(admin, topic, partitions))) await pause(POLL_INTERVAL_MS);
  });

export const deleteTopic = (environment: Environment, topic: string): Promise<void> =>
  withAdmin(environment, (admin) => admin.deleteTopics({ topics: [topic] }));

function messageOf(number: number, { partitions, keys, sampled }: Filling): Message {
  const key = number % keys;
  return {
    key: `k${key}`,
    partition: key % partitions,
    value: JSON.stringify(payloadOf(number)),
    ...(sampled !== undefined && { headers: { traceparent: traceparentOf(number, sampled) } }),
  };
}

/** Fills a topic. Keys and partitions take turns, so all get the same number of messages. */
export const fillTopic = (
  environment: Environment,
  topic: string,
  filling: Filling,
): Promise<void> =>
  withProducer(environment, async (producer) => {
    for (let from = 0; from < filling.messages; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, filling.messages - from);
      const messages = Array.from({ length: count }, (_, index) =>
        messageOf(from + index, filling),
      );
      await producer.send({ topic, messages });
    }
  });

/** How many messages have ever been sent to a topic. */
export const lengthOf = (environment: Environment, topic: string): Promise<number> =>
  withAdmin(environment, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  });

import kafkajs, { type Admin, type Message } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { payloadOf } from '../contenders/payload.js';
import { withAdmin, withProducer } from '../harness/kafka-clients.js';
import type { Stage } from '../harness/stage.js';
import { traceparentOf, type SampledShare } from './traceparent.js';

/** What a topic is filled with. */
export interface Filling {
  readonly partitions: number;
  readonly messages: number;
  readonly keys: number;
  /** The part of the messages whose trace is sampled upstream. Default: they bring no trace. */
  readonly sampled?: SampledShare;
}

const ASK_EVERY_MS = 50;
/** One request to the broker. */
const AT_ONCE = 5_000;

async function isThere(admin: Admin, topic: string, partitions: number): Promise<boolean> {
  try {
    return (await admin.fetchTopicOffsets(topic)).length === partitions;
  } catch (error) {
    // The controller has the topic a moment before the broker does.
    if (error instanceof kafkajs.KafkaJSProtocolError && error.retriable) return false;
    throw error;
  }
}

/** Makes a topic, and resolves when all of its partitions answer. */
export const makeTopic = (stage: Stage, topic: string, partitions: number): Promise<void> =>
  withAdmin(stage, async (admin) => {
    const topics = [{ topic, numPartitions: partitions }];
    await admin.createTopics({ waitForLeaders: false, topics });
    while (!(await isThere(admin, topic, partitions))) await pause(ASK_EVERY_MS);
  });

export const deleteTopic = (stage: Stage, topic: string): Promise<void> =>
  withAdmin(stage, (admin) => admin.deleteTopics({ topics: [topic] }));

function messageOf(number: number, { partitions, keys, sampled }: Filling): Message {
  const key = number % keys;
  return {
    key: `k${key}`,
    partition: key % partitions,
    value: JSON.stringify(payloadOf(number)),
    ...(sampled !== undefined && { headers: { traceparent: traceparentOf(number, sampled) } }),
  };
}

/** Keys take turns, and so do partitions: each gets as much as the others. */
export const fillTopic = (stage: Stage, topic: string, filling: Filling): Promise<void> =>
  withProducer(stage, async (producer) => {
    for (let from = 0; from < filling.messages; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, filling.messages - from);
      const messages = Array.from({ length: count }, (_, index) =>
        messageOf(from + index, filling),
      );
      await producer.send({ topic, messages });
    }
  });

/** How many messages a topic has ever got. */
export const lengthOf = (stage: Stage, topic: string): Promise<number> =>
  withAdmin(stage, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  });

import type * as KafkaJs from 'kafkajs';
import { createRequire } from 'node:module';
import type { Task } from '../../worker/task.js';

/** Loaded with `require`, as our driver does. The Elastic agent instruments imported modules only with its own loader. */
const kafkajs = createRequire(import.meta.url)('kafkajs') as typeof KafkaJs;

/** The bare client with its required options only. */
export const kafkaJsClient = ({ kafka, group }: Task): KafkaJs.Kafka =>
  new kafkajs.Kafka({ brokers: [kafka], clientId: group, logLevel: kafkajs.logLevel.ERROR });

/** A consumer in the task's group, at the beginning of its topic. */
export async function kafkaJsConsumer(task: Task): Promise<KafkaJs.Consumer> {
  const consumer = kafkaJsClient(task).consumer({ groupId: task.group });
  await consumer.connect();
  await consumer.subscribe({ topic: task.topic, fromBeginning: true });
  return consumer;
}

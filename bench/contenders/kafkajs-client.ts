import type * as KafkaJs from 'kafkajs';
import { createRequire } from 'node:module';
import type { Task } from '../worker/task.js';

/** Required, as our own driver does it: what is imported the Elastic agent instruments only behind a loader of its own. */
const kafkajs = createRequire(import.meta.url)('kafkajs') as typeof KafkaJs;

/** The bare client, with nothing set but what it cannot do without. */
export const kafkaJsClient = ({ kafka, group }: Task): KafkaJs.Kafka =>
  new kafkajs.Kafka({ brokers: [kafka], clientId: group, logLevel: kafkajs.logLevel.ERROR });

/** Its consumer, in the task's group and at the beginning of its topic. */
export async function kafkaJsConsumer(task: Task): Promise<KafkaJs.Consumer> {
  const consumer = kafkaJsClient(task).consumer({ groupId: task.group });
  await consumer.connect();
  await consumer.subscribe({ topic: task.topic, fromBeginning: true });
  return consumer;
}

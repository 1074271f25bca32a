import { pollUntilStopped } from '../candidates/sdk/sdk-polling.js';
import { deleteTopic, fillTopic, createTopic } from '../data-sets/topics.js';
import { freshName } from '../data-sets/names.js';
import { fillQueue, createQueue, deleteQueue } from '../data-sets/queues.js';
import type { Environment } from './environment.js';

const POLLERS = 8;
const PARTITIONS = 6;
const KEYS = 100;

/** A cold ElasticMQ is five times slower than a warm one, so no candidate is measured in Java's first minute. */
async function warmQueues(environment: Environment, messages: number): Promise<void> {
  for (const groups of [undefined, KEYS]) {
    const queue = await createQueue(environment, groups === undefined ? 'standard' : 'fifo');
    await fillQueue(environment, queue, { messages, ...(groups !== undefined && { groups }) });
    let left = messages;
    const take = (): void => {
      left -= 1;
    };
    await Promise.all(
      Array.from({ length: POLLERS }, () =>
        pollUntilStopped(environment.sqs, queue.url, take, () => left <= 0),
      ),
    );
    await deleteQueue(environment, queue);
  }
}

async function warmTopics(environment: Environment, messages: number): Promise<void> {
  const topic = freshName('topic');
  await createTopic(environment, topic, PARTITIONS);
  await fillTopic(environment, topic, { partitions: PARTITIONS, messages, keys: KEYS });
  await deleteTopic(environment, topic);
}

/** Sends this many messages through each broker that the scenarios use. */
export async function warmUp(
  environment: Environment,
  messages: number,
  brokers: { readonly kafka: boolean; readonly sqs: boolean },
): Promise<void> {
  if (brokers.kafka) await warmTopics(environment, messages);
  if (brokers.sqs) await warmQueues(environment, messages);
}

import { pollUntilStopped } from '../contenders/sdk-polling.js';
import { deleteTopic, fillTopic, makeTopic } from '../grounds/fill-topic.js';
import { freshName } from '../grounds/names.js';
import { fillQueue, makeQueue, removeQueue } from '../grounds/queues.js';
import type { Stage } from './stage.js';

const POLLERS = 8;
const PARTITIONS = 6;
const KEYS = 100;

/** A cold ElasticMQ is five times slower than a warm one: nobody is to be measured on Java's first minute. */
async function warmQueues(stage: Stage, messages: number): Promise<void> {
  for (const groups of [undefined, KEYS]) {
    const queue = await makeQueue(stage, groups === undefined ? 'standard' : 'fifo');
    await fillQueue(stage, queue, { messages, ...(groups !== undefined && { groups }) });
    let left = messages;
    const take = (): void => {
      left -= 1;
    };
    await Promise.all(
      Array.from({ length: POLLERS }, () =>
        pollUntilStopped(stage.sqs, queue.url, take, () => left <= 0),
      ),
    );
    await removeQueue(stage, queue);
  }
}

async function warmTopics(stage: Stage, messages: number): Promise<void> {
  const topic = freshName('topic');
  await makeTopic(stage, topic, PARTITIONS);
  await fillTopic(stage, topic, { partitions: PARTITIONS, messages, keys: KEYS });
  await deleteTopic(stage, topic);
}

/** Sends so many messages through each broker that is going to be measured. */
export async function warmUp(
  stage: Stage,
  messages: number,
  brokers: { readonly kafka: boolean; readonly sqs: boolean },
): Promise<void> {
  if (brokers.kafka) await warmTopics(stage, messages);
  if (brokers.sqs) await warmQueues(stage, messages);
}

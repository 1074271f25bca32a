import type { Environment } from '../harness/environment.js';
import type { DataSource } from '../scenario.js';
import { emptyTopic } from './empty-topic.js';
import { filledQueue } from './filled-queue.js';

const PARTITIONS = 6;

/** The data of the order story: a queue filled with traced orders, and an empty topic for the processed ones. */
export function orderStoryData(
  environment: Environment,
  { messages }: { readonly messages: number },
): DataSource {
  const queues = filledQueue(environment, { messages, sampled: 1 });
  const topics = emptyTopic(environment, { partitions: PARTITIONS, messages, keys: messages });
  return {
    dataSet: async (entry) => {
      const [queue, topic] = await Promise.all([queues.dataSet(entry), topics.dataSet(entry)]);
      return {
        ...queue,
        task: { ...topic.task, ...queue.task },
        findProblem: async () => (await queue.findProblem?.()) ?? (await topic.findProblem?.()),
        remove: async () => {
          await Promise.all([queue.remove(), topic.remove()]);
        },
      };
    },
    close: () => Promise.resolve(),
  };
}

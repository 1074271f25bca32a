import type { Stage } from '../harness/stage.js';
import type { Field } from '../scenario.js';
import { emptyTopic } from './empty-topic.js';
import { filledQueue } from './filled-queue.js';

const PARTITIONS = 6;

/** The order story's ground: a queue full of traced orders, and an empty topic for what becomes of them. */
export function orderRoad(stage: Stage, { messages }: { readonly messages: number }): Field {
  const queues = filledQueue(stage, { messages, sampled: 1 });
  const topics = emptyTopic(stage, { partitions: PARTITIONS, messages, keys: messages });
  return {
    ground: async (entry) => {
      const [queue, topic] = await Promise.all([queues.ground(entry), topics.ground(entry)]);
      return {
        ...queue,
        task: { ...topic.task, ...queue.task },
        complaint: async () => (await queue.complaint?.()) ?? (await topic.complaint?.()),
        remove: async () => {
          await Promise.all([queue.remove(), topic.remove()]);
        },
      };
    },
    close: () => Promise.resolve(),
  };
}

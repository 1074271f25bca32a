import { handlerOf } from '../worker/handler.js';
import type { Contender } from './contender.js';
import { kafkaJsClient } from './kafkajs-client.js';

/** Raw kafkajs, a loop over what a fetch has brought. */
export const contender: Contender = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = kafkaJsClient(task).consumer({ groupId: task.group });
  await consumer.connect();
  await consumer.subscribe({ topic: task.topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const _ of batch.messages) {
        const handled = handle();
        if (handled !== undefined) await handled;
      }
    },
  });
  return { stop: () => consumer.disconnect() };
};

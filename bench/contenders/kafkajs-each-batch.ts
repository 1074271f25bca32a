import { handlerOf } from '../worker/handler.js';
import type { Contender } from './contender.js';
import { kafkaJsConsumer } from './kafkajs-client.js';

/** Raw kafkajs, a loop over what a fetch has brought. */
export const contender: Contender = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = await kafkaJsConsumer(task);
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

import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsConsumer } from './kafkajs-client.js';

/** Raw kafkajs, with a loop over each fetched batch. */
export const candidate: Candidate = async (task, meter) => {
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

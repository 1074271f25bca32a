import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsConsumer } from './kafkajs-client.js';

/** Raw kafkajs in batches, for a handler that decodes its messages: text and JSON. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = await kafkaJsConsumer(task);
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const payloads = batch.messages.map(({ value }): unknown => JSON.parse(String(value)));
      for (const _ of payloads) {
        const handled = handle();
        if (handled !== undefined) await handled;
      }
    },
  });
  return { stop: () => consumer.disconnect() };
};

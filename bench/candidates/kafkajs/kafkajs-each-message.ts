import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsConsumer } from './kafkajs-client.js';

/** Raw kafkajs, one message after another. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = await kafkaJsConsumer(task);
  await consumer.run({
    eachMessage: async () => {
      await handle();
    },
  });
  return { stop: () => consumer.disconnect() };
};

import { handlerOf } from '../worker/handler.js';
import type { Contender } from './contender.js';
import { kafkaJsClient } from './kafkajs-client.js';

/** Raw kafkajs, one message after another. */
export const contender: Contender = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = kafkaJsClient(task).consumer({ groupId: task.group });
  await consumer.connect();
  await consumer.subscribe({ topic: task.topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async () => {
      await handle();
    },
  });
  return { stop: () => consumer.disconnect() };
};

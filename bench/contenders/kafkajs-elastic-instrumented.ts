import apm from 'elastic-apm-node';
import { handlerOf } from '../worker/handler.js';
import type { Contender } from './contender.js';
import { kafkaJsClient } from './kafkajs-client.js';

/** An untraced run would be a wonderfully fast one. */
function endWhereUntraced(): void {
  if (apm.currentTransaction !== null) return;
  console.error('The agent has not instrumented kafkajs.');
  process.exit(1);
}

/** Raw kafkajs, one message after another, each traced by the Elastic agent's own instrumentation. */
export const contender: Contender = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = kafkaJsClient(task).consumer({ groupId: task.group });
  await consumer.connect();
  await consumer.subscribe({ topic: task.topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async () => {
      endWhereUntraced();
      await handle();
    },
  });
  return { stop: () => consumer.disconnect() };
};

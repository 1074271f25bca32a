import apm from 'elastic-apm-node';
import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsConsumer } from './kafkajs-client.js';

/** Ends the process if it is not traced, because an untraced run would be faster. */
function endWhereUntraced(): void {
  if (apm.currentTransaction !== null) return;
  console.error('The agent has not instrumented kafkajs.');
  process.exit(1);
}

/** Raw kafkajs, one message after another, each traced by the Elastic agent's own instrumentation. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = await kafkaJsConsumer(task);
  await consumer.run({
    eachMessage: async () => {
      endWhereUntraced();
      await handle();
    },
  });
  return { stop: () => consumer.disconnect() };
};

import apm from 'elastic-apm-node';
import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsConsumer } from './kafkajs-client.js';

/** The cost of the agent's calls by themselves: raw kafkajs in batches, and a manual transaction for each message. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = await kafkaJsConsumer(task);
  const name = `Kafka RECEIVE from ${task.topic}`;
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { headers } of batch.messages) {
        const childOf = headers?.traceparent?.toString();
        const transaction = apm.startTransaction(name, 'messaging', {
          ...(childOf !== undefined && { childOf }),
        });
        await handle();
        transaction.setOutcome('success');
        transaction.end('success');
      }
    },
  });
  return { stop: () => consumer.disconnect() };
};

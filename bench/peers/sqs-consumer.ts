import { Consumer } from 'sqs-consumer';
import type { Candidate } from '../candidates/candidate.js';
import { queueUrl, sdkClient } from '../candidates/sdk/sdk-client.js';
import { WAIT_SECONDS } from '../candidates/sdk/sdk-polling.js';
import { handlerOf } from '../worker/handler.js';

/** sqs-consumer, so many of them side by side; ten messages a poll, since its default is one. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const client = sdkClient(task);
  const url = await queueUrl(client, task);
  const consumers = Array.from({ length: task.pollers }, () =>
    Consumer.create({
      queueUrl: url,
      sqs: client,
      batchSize: 10,
      waitTimeSeconds: WAIT_SECONDS,
      // Without an answer, a message is not deleted.
      handleMessage: async (message) => {
        await handle();
        return message;
      },
    }),
  );
  for (const consumer of consumers) consumer.start();
  return {
    stop: async () => {
      await Promise.all(
        consumers.map((consumer) => {
          const stopped = new Promise<void>((resolve) => consumer.on('stopped', resolve));
          consumer.stop();
          return stopped;
        }),
      );
    },
  };
};

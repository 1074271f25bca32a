import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { queueUrl, sdkClient } from './sdk-client.js';
import { pollUntilStopped } from './sdk-polling.js';

/** The raw SDK in several loops side by side: receive ten, handle them, delete them in a batch. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const client = sdkClient(task);
  const url = await queueUrl(client, task);
  let isStopped = false;
  const pollers = Array.from({ length: task.pollers }, () =>
    pollUntilStopped(client, url, handle, () => isStopped),
  );
  return {
    stop: async () => {
      isStopped = true;
      await Promise.all(pollers);
      client.destroy();
    },
  };
};

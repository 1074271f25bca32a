import type { Environment } from '../harness/environment.js';
import { shareOf, type DataSource } from '../scenario.js';
import { freshName } from './names.js';
import { depthOf, createQueue, deleteQueue } from './queues.js';

/** An empty queue for each run. The messages published there are counted afterwards. */
export function emptyQueue(
  environment: Environment,
  { messages }: { readonly messages: number },
): DataSource {
  return {
    dataSet: async (entry) => {
      const queue = await createQueue(environment, 'standard');
      const published = shareOf(entry, messages);
      return {
        task: { queue: queue.name, group: freshName('group'), messages: published },
        messages: published,
        findProblem: async () => {
          const depth = await depthOf(environment, queue);
          return depth === published ? undefined : `the queue has ${depth} of ${published}`;
        },
        remove: () => deleteQueue(environment, queue),
      };
    },
    close: () => Promise.resolve(),
  };
}

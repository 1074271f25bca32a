import type { Environment } from '../harness/environment.js';
import { shareOf, type DataSource } from '../scenario.js';
import { freshName } from './names.js';
import { depthOf, fillQueue, createQueue, deleteQueue, type QueueFilling } from './queues.js';

/** A filled queue for each run, which must be empty afterwards. */
export function filledQueue(environment: Environment, filling: QueueFilling): DataSource {
  return {
    dataSet: async (entry) => {
      const queue = await createQueue(
        environment,
        filling.groups === undefined ? 'standard' : 'fifo',
      );
      const messages = shareOf(entry, filling.messages);
      await fillQueue(environment, queue, { ...filling, messages });
      return {
        task: { queue: queue.name, group: freshName('group'), messages },
        messages,
        findProblem: async () => {
          const depth = await depthOf(environment, queue);
          return depth === 0 ? undefined : `${depth} messages were not deleted`;
        },
        remove: () => deleteQueue(environment, queue),
      };
    },
    close: () => Promise.resolve(),
  };
}

import type { Stage } from '../harness/stage.js';
import { shareOf, type Field } from '../scenario.js';
import { freshName } from './names.js';
import { depthOf, makeQueue, removeQueue } from './queues.js';

/** An empty queue for each turn; what is published there is counted afterwards. */
export function emptyQueue(stage: Stage, { messages }: { readonly messages: number }): Field {
  return {
    ground: async (entry) => {
      const queue = await makeQueue(stage, 'standard');
      const published = shareOf(entry, messages);
      return {
        task: { queue: queue.name, group: freshName('group'), messages: published },
        messages: published,
        complaint: async () => {
          const depth = await depthOf(stage, queue);
          return depth === published ? undefined : `the queue holds ${depth} of ${published}`;
        },
        remove: () => removeQueue(stage, queue),
      };
    },
    close: () => Promise.resolve(),
  };
}

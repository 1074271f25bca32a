import type { Stage } from '../harness/stage.js';
import { shareOf, type Field } from '../scenario.js';
import { freshName } from './names.js';
import { depthOf, fillQueue, makeQueue, removeQueue, type QueueFilling } from './queues.js';

/** A full queue for each turn, which has to be empty afterwards. */
export function filledQueue(stage: Stage, filling: QueueFilling): Field {
  return {
    ground: async (entry) => {
      const queue = await makeQueue(stage, filling.groups === undefined ? 'standard' : 'fifo');
      const messages = shareOf(entry, filling.messages);
      await fillQueue(stage, queue, { ...filling, messages });
      return {
        task: { queue: queue.name, group: freshName('group'), messages },
        messages,
        complaint: async () => {
          const depth = await depthOf(stage, queue);
          return depth === 0 ? undefined : `${depth} messages were not deleted`;
        },
        remove: () => removeQueue(stage, queue),
      };
    },
    close: () => Promise.resolve(),
  };
}

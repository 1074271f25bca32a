import type { Stage } from '../harness/stage.js';
import { shareOf, type Field } from '../scenario.js';
import { deleteTopic, lengthOf, makeTopic } from './fill-topic.js';
import { freshName } from './names.js';

/** An empty topic for each turn; what is published there is counted afterwards. */
export function emptyTopic(
  stage: Stage,
  { partitions, messages, keys }: { partitions: number; messages: number; keys: number },
): Field {
  return {
    ground: async (entry) => {
      const topic = freshName('topic');
      await makeTopic(stage, topic, partitions);
      const published = shareOf(entry, messages);
      return {
        task: { topic, group: freshName('group'), messages: published, keys },
        messages: published,
        complaint: async () => {
          const length = await lengthOf(stage, topic);
          return length === published ? undefined : `the topic holds ${length} of ${published}`;
        },
        remove: () => deleteTopic(stage, topic),
      };
    },
    close: () => Promise.resolve(),
  };
}

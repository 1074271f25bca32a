import type { Environment } from '../harness/environment.js';
import { shareOf, type DataSource } from '../scenario.js';
import { deleteTopic, lengthOf, createTopic } from './topics.js';
import { freshName } from './names.js';

/** An empty topic for each run. The messages published there are counted afterwards. */
export function emptyTopic(
  environment: Environment,
  { partitions, messages, keys }: { partitions: number; messages: number; keys: number },
): DataSource {
  return {
    dataSet: async (entry) => {
      const topic = freshName('topic');
      await createTopic(environment, topic, partitions);
      const published = shareOf(entry, messages);
      return {
        task: { topic, group: freshName('group'), messages: published, keys },
        messages: published,
        findProblem: async () => {
          const length = await lengthOf(environment, topic);
          return length === published ? undefined : `the topic has ${length} of ${published}`;
        },
        remove: () => deleteTopic(environment, topic),
      };
    },
    close: () => Promise.resolve(),
  };
}

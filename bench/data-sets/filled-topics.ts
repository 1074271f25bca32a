import type { Environment } from '../harness/environment.js';
import { shareOf, type Entry, type DataSource } from '../scenario.js';
import { deleteTopic, fillTopic, createTopic, type Filling } from './topics.js';
import { freshName } from './names.js';

/** The topic that an entry reads: its share of the messages and, if they have a trace, its sampled part. */
function fillingOf(entry: Entry, filling: Filling): Filling {
  const { sampled } = filling;
  return {
    ...filling,
    messages: shareOf(entry, filling.messages),
    ...(sampled !== undefined && { sampled: entry.sampled ?? sampled }),
  };
}

const nameOf = ({ messages, sampled }: Filling): string => `${messages} ${sampled ?? 'untraced'}`;

/** Topics that are filled one time and read from their beginning, with a group for each run. Entries with the same needs share a topic. */
export async function filledTopics(
  environment: Environment,
  entries: readonly Entry[],
  filling: Filling,
): Promise<DataSource> {
  const topics = new Map<string, string>();
  for (const entry of entries) {
    const wanted = fillingOf(entry, filling);
    if (topics.has(nameOf(wanted))) continue;
    const topic = freshName('topic');
    topics.set(nameOf(wanted), topic);
    await createTopic(environment, topic, filling.partitions);
    await fillTopic(environment, topic, wanted);
  }
  return {
    dataSet: (entry) => {
      const wanted = fillingOf(entry, filling);
      const topic = topics.get(nameOf(wanted));
      if (topic === undefined) throw new Error(`No topic was filled for ${entry.title}.`);
      return Promise.resolve({
        task: {
          topic,
          group: freshName('group'),
          messages: wanted.messages,
          keys: filling.keys,
        },
        messages: wanted.messages,
        remove: () => Promise.resolve(),
      });
    },
    close: async () => {
      for (const topic of topics.values()) await deleteTopic(environment, topic);
    },
  };
}

import type { Stage } from '../harness/stage.js';
import { shareOf, type Entry, type Field } from '../scenario.js';
import { deleteTopic, fillTopic, makeTopic, type Filling } from './fill-topic.js';
import { freshName } from './names.js';

/** What an entry reads: its share of the messages, sampled upstream as it asks for where messages bring a trace. */
function fillingOf(entry: Entry, filling: Filling): Filling {
  const { sampled } = filling;
  return {
    ...filling,
    messages: shareOf(entry, filling.messages),
    ...(sampled !== undefined && { sampled: entry.sampled ?? sampled }),
  };
}

const nameOf = ({ messages, sampled }: Filling): string => `${messages} ${sampled ?? 'untraced'}`;

/** Topics that are filled once, and read from their beginning by a group of each turn's own; entries that want the same share one. */
export async function filledTopics(
  stage: Stage,
  entries: readonly Entry[],
  filling: Filling,
): Promise<Field> {
  const topics = new Map<string, string>();
  for (const entry of entries) {
    const wanted = fillingOf(entry, filling);
    if (topics.has(nameOf(wanted))) continue;
    const topic = freshName('topic');
    topics.set(nameOf(wanted), topic);
    await makeTopic(stage, topic, filling.partitions);
    await fillTopic(stage, topic, wanted);
  }
  return {
    ground: (entry) => {
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
      for (const topic of topics.values()) await deleteTopic(stage, topic);
    },
  };
}

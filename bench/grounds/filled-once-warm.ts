import { setTimeout as pause } from 'node:timers/promises';
import { withAdmin } from '../harness/kafka-clients.js';
import type { Stage } from '../harness/stage.js';
import type { Field } from '../scenario.js';
import { deleteTopic, fillTopic, makeTopic, type Filling } from './fill-topic.js';
import { freshName } from './names.js';
import { warmedUp } from './warmed-up.js';

const ASK_EVERY_MS = 100;
const PATIENCE_MS = 60_000;

/** Until the group has committed so many messages. */
const untilCommitted = (
  stage: Stage,
  { topic, group }: { topic: string; group: string },
  messages: number,
): Promise<void> =>
  withAdmin(stage, async (admin) => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const offsets = found?.partitions.map(({ offset }) => Math.max(0, Number(offset))) ?? [];
      const committed = offsets.reduce((sum, offset) => sum + offset, 0);
      if (committed >= messages) return;
      if (performance.now() > deadline) {
        throw new Error(`The group has committed ${committed} of ${messages} messages.`);
      }
      await pause(ASK_EVERY_MS);
    }
  });

/**
 * A topic for each turn that gets what is measured once the rest is done: a topic is read partition by partition, and what was
 * left of one that is filled beforehand would be of a few keys only.
 */
export const filledOnceWarm = (
  stage: Stage,
  spread: Pick<Filling, 'keys' | 'partitions'>,
  counts: { readonly warmUp: number; readonly messages: number },
): Field =>
  warmedUp(
    {
      ground: async () => {
        const place = { topic: freshName('topic'), group: freshName('group') };
        await makeTopic(stage, place.topic, spread.partitions);
        await fillTopic(stage, place.topic, { ...spread, messages: counts.warmUp });
        return {
          task: { ...place, messages: counts.messages },
          messages: counts.messages,
          started: async () => {
            await untilCommitted(stage, place, counts.warmUp);
            await fillTopic(stage, place.topic, { ...spread, messages: counts.messages });
          },
          remove: () => deleteTopic(stage, place.topic),
        };
      },
      close: () => Promise.resolve(),
    },
    counts,
  );

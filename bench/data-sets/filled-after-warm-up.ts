import { setTimeout as pause } from 'node:timers/promises';
import { withAdmin } from '../harness/kafka-clients.js';
import type { Environment } from '../harness/environment.js';
import type { DataSource } from '../scenario.js';
import { deleteTopic, fillTopic, createTopic, type Filling } from './topics.js';
import { freshName } from './names.js';
import { withWarmUp } from './with-warm-up.js';

const POLL_INTERVAL_MS = 100;
const TIMEOUT_MS = 60_000;

/** Waits until the group has committed this many messages. */
const untilCommitted = (
  environment: Environment,
  { topic, group }: { topic: string; group: string },
  messages: number,
): Promise<void> =>
  withAdmin(environment, async (admin) => {
    const deadline = performance.now() + TIMEOUT_MS;
    for (;;) {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const offsets = found?.partitions.map(({ offset }) => Math.max(0, Number(offset))) ?? [];
      const committed = offsets.reduce((sum, offset) => sum + offset, 0);
      if (committed >= messages) return;
      if (performance.now() > deadline) {
        throw new Error(`The group has committed ${committed} of ${messages} messages.`);
      }
      await pause(POLL_INTERVAL_MS);
    }
  });

/**
 * A topic for each run. The measured messages are sent after the others are done, because a topic is read partition by partition:
 * the rest of a topic that is filled beforehand would have a few keys only.
 */
export const filledAfterWarmUp = (
  environment: Environment,
  spread: Pick<Filling, 'keys' | 'partitions'>,
  counts: { readonly warmUp: number; readonly messages: number },
): DataSource =>
  withWarmUp(
    {
      dataSet: async () => {
        const channel = { topic: freshName('topic'), group: freshName('group') };
        await createTopic(environment, channel.topic, spread.partitions);
        await fillTopic(environment, channel.topic, { ...spread, messages: counts.warmUp });
        return {
          task: { ...channel, messages: counts.messages },
          messages: counts.messages,
          started: async () => {
            await untilCommitted(environment, channel, counts.warmUp);
            await fillTopic(environment, channel.topic, { ...spread, messages: counts.messages });
          },
          remove: () => deleteTopic(environment, channel.topic),
        };
      },
      close: () => Promise.resolve(),
    },
    counts,
  );

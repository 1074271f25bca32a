import type { Admin } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { withAdmin } from '../harness/kafka-clients.js';
import type { Stage } from '../harness/stage.js';
import type { Entry, Field } from '../scenario.js';
import { deleteTopic, fillTopic, makeTopic, type Filling } from './fill-topic.js';
import { freshName } from './names.js';

const ASK_EVERY_MS = 100;
const PATIENCE_MS = 30_000;

/** Until the group is complete and has its partitions: who comes first would otherwise take all of them. */
async function untilComplete(admin: Admin, group: string, members: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { groups } = await admin.describeGroups([group]);
    const found = groups[0];
    if (found?.state === 'Stable' && found.members.length === members) return;
    if (performance.now() > deadline) {
      throw new Error(
        `The group is ${found?.state ?? 'unknown'}, with ${found?.members.length ?? 0} of ${members} members.`,
      );
    }
    await pause(ASK_EVERY_MS);
  }
}

/** A topic for each turn that is filled once all processes of the group have their part of it. */
export function sharedTopic(stage: Stage, filling: Filling): Field {
  return {
    ground: async ({ processes = 1 }: Entry) => {
      const [topic, group] = [freshName('topic'), freshName('group')];
      await makeTopic(stage, topic, filling.partitions);
      return {
        task: { topic, group, messages: 'told', clock: 'first message' },
        messages: filling.messages,
        started: async () => {
          await withAdmin(stage, (admin) => untilComplete(admin, group, processes));
          await fillTopic(stage, topic, filling);
        },
        remove: () => deleteTopic(stage, topic),
      };
    },
    close: () => Promise.resolve(),
  };
}

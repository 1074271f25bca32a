import type { Admin } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { withAdmin } from '../harness/kafka-clients.js';
import type { Environment } from '../harness/environment.js';
import type { Entry, DataSource } from '../scenario.js';
import { deleteTopic, fillTopic, createTopic, type Filling } from './topics.js';
import { freshName } from './names.js';

const POLL_INTERVAL_MS = 100;
const TIMEOUT_MS = 30_000;

/** Waits until the group is complete and stable. Otherwise its first member would get all partitions. */
async function untilComplete(admin: Admin, group: string, members: number): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const { groups } = await admin.describeGroups([group]);
    const found = groups[0];
    if (found?.state === 'Stable' && found.members.length === members) return;
    if (performance.now() > deadline) {
      throw new Error(
        `The group is ${found?.state ?? 'unknown'}, with ${found?.members.length ?? 0} of ${members} members.`,
      );
    }
    await pause(POLL_INTERVAL_MS);
  }
}

/** A topic for each run. It is filled when all processes of the group have their partitions. */
export function sharedTopic(environment: Environment, filling: Filling): DataSource {
  return {
    dataSet: async ({ processes = 1 }: Entry) => {
      const [topic, group] = [freshName('topic'), freshName('group')];
      await createTopic(environment, topic, filling.partitions);
      return {
        task: { topic, group, messages: 'unknown', clock: 'first message' },
        messages: filling.messages,
        started: async () => {
          await withAdmin(environment, (admin) => untilComplete(admin, group, processes));
          await fillTopic(environment, topic, filling);
        },
        remove: () => deleteTopic(environment, topic),
      };
    },
    close: () => Promise.resolve(),
  };
}

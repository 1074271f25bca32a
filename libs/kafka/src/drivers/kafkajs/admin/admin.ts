import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { settledWithin, ThroughlineError, within } from '#base';

import type { NewTopic } from '../../../driver.js';
import { openClient } from '../client.js';
import { answerName, toKafkaError, unavailable } from '../kafka-errors.js';
import type { Cluster } from '../internals/internal-types.js';
import type { KafkaJsSettings } from '../options.js';
import { existingTopics } from './existing-topics.js';

const adminTimeout = 8_000;
const betweenLooks = 50;

/** Returns which of the topics in `names` exist, with their numbers of partitions. */
export function describeTopics(
  settings: KafkaJsSettings,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return withAdmin(settings, 'Listing topics', (admin, cluster) =>
    existingTopics(admin, cluster, names),
  );
}

/** Creates the topics that do not exist, with the broker's default replication. */
export function createTopics(
  settings: KafkaJsSettings,
  topics: readonly NewTopic[],
): Promise<void> {
  return withAdmin(settings, 'Creating topics', async (admin, cluster) => {
    const existing = await existingTopics(
      admin,
      cluster,
      topics.map(({ name }) => name),
    );
    const missing = topics.filter(({ name }) => !existing.has(name));
    // The topics are created concurrently. One deadline covers all of them, and a busy broker takes a second for each.
    await Promise.all(missing.map((topic) => create(admin, topic)));
    await untilKnown(
      admin,
      cluster,
      missing.map(({ name }) => name),
    );
  });
}

/** Waits until every broker knows the new topics. Until then, these topics would seem to be missing. */
async function untilKnown(
  admin: Admin,
  cluster: Cluster | undefined,
  names: readonly string[],
): Promise<void> {
  const wanted = new Set(names).size;
  while ((await existingTopics(admin, cluster, names)).size < wanted) await pause(betweenLooks);
}

/** Creates a topic. If another process creates the topic at the same time, `createTopics` of kafkajs returns false. */
async function create(admin: Admin, { name, partitions, config = {} }: NewTopic): Promise<void> {
  const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
  const topic = { topic: name, numPartitions: partitions, configEntries };
  try {
    await admin.createTopics({ topics: [topic], waitForLeaders: true });
  } catch (error) {
    // The topic exists, but the broker that was asked for its leader does not know it yet.
    if (answerName(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
  }
}

/** Throws if a topic is missing. Otherwise, kafkajs would repeat its request until the deadline. */
export async function refuseIfMissing(
  admin: Admin,
  cluster: Cluster | undefined,
  topic: string,
): Promise<void> {
  if ((await existingTopics(admin, cluster, [topic])).has(topic)) return;
  throw new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `The topic ${topic} does not exist, and this request does not create it. Create the topic first.`,
    { errorClass: 'blocked' },
  );
}

/** Connects an admin client for one task only: an idle connection costs 2 % of a core (kafkajs #1751) and a file descriptor. */
export async function withAdmin<T>(
  settings: KafkaJsSettings,
  doing: string,
  work: (admin: Admin, cluster: Cluster | undefined) => Promise<T>,
): Promise<T> {
  const client = openClient(settings, { reached: () => undefined, failed: () => undefined });
  const admin = client.kafka.admin();
  try {
    return await within(
      adminTimeout,
      admin.connect().then(() => work(admin, client.cluster())),
      () => unavailable(doing),
    );
  } catch (error) {
    throw toKafkaError(error, doing);
  } finally {
    await settledWithin(500, admin.disconnect());
    client.kill();
  }
}

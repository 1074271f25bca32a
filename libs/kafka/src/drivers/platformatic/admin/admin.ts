import { setTimeout as pause } from 'node:timers/promises';
import { ThroughlineError, within } from '#base';

import type { NewTopic } from '../../../driver.js';
import { unavailable } from '../../driver-errors.js';
import { Cluster } from '../cluster/cluster.js';
import type { ClusterMetadata, TopicMetadata } from '../cluster/metadata.js';
import { refuse, toKafkaError } from '../errors.js';
import type { PlatformaticSettings } from '../options.js';

const adminTimeout = 8_000;
const createTimeout = 5_000;
const betweenLooks = 50;

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const LEADER_NOT_AVAILABLE = 5;
const INVALID_TOPIC = 17;
const TOPIC_ALREADY_EXISTS = 36;
const NOT_CONTROLLER = 41;
const BROKER_DEFAULT = -1;

/** Connects to the cluster for a single task. */
export async function withCluster<T>(
  settings: PlatformaticSettings,
  doing: string,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = new Cluster(settings, { reached: () => undefined, failed: () => undefined });
  try {
    return await within(adminTimeout, work(cluster), () => unavailable(doing));
  } catch (error) {
    throw toKafkaError(error, doing);
  } finally {
    cluster.close();
  }
}

/** Returns which of the topics in `names` exist, with their numbers of partitions. */
export function describeTopics(
  settings: PlatformaticSettings,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return withCluster(settings, 'Listing topics', (cluster) => partitionCounts(cluster, names));
}

/** Returns the number of partitions of each topic that exists. */
export async function partitionCounts(
  cluster: Cluster,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { topics } = await existing(cluster, names);
  return new Map([...topics].map(([name, { partitions }]) => [name, partitions.length]));
}

/** Creates the topics that do not exist, with the broker's default replication. */
export function createTopics(
  settings: PlatformaticSettings,
  topics: readonly NewTopic[],
): Promise<void> {
  return withCluster(settings, 'Creating topics', async (cluster) => {
    const names = topics.map(({ name }) => name);
    const { topics: found } = await existing(cluster, names);
    const missing = topics.filter(({ name }) => !found.has(name));
    await create(cluster, missing);
    await untilKnown(cluster, new Set(missing.map(({ name }) => name)));
  });
}

/** Reads the metadata of a topic, and throws if it is missing. */
export async function topicOf(
  cluster: Cluster,
  topic: string,
): Promise<{ readonly metadata: ClusterMetadata; readonly found: TopicMetadata }> {
  const metadata = await existing(cluster, [topic]);
  const found = metadata.topics.get(topic);
  if (found !== undefined) return { metadata, found };
  throw new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `The topic ${topic} does not exist, and this request does not create it. Create the topic first.`,
    { errorClass: 'blocked' },
  );
}

/** Reads the metadata of the topics that exist. Throws if one is denied. */
async function existing(cluster: Cluster, names: readonly string[]): Promise<ClusterMetadata> {
  const metadata = await cluster.metadata([...new Set(names)]);
  const topics = [...metadata.topics].filter(([, { error }]) => {
    // A topic with an invalid name cannot exist. A topic without a leader does exist.
    if (error === UNKNOWN_TOPIC_OR_PARTITION || error === INVALID_TOPIC) return false;
    if (error !== LEADER_NOT_AVAILABLE) refuse(error);
    return true;
  });
  return { ...metadata, topics: new Map(topics) };
}

async function create(cluster: Cluster, topics: readonly NewTopic[]): Promise<void> {
  let open = topics;
  while (open.length > 0) {
    const answer = await cluster.requestAny(
      (client) => client.createTopicsV7,
      open.map(({ name, partitions, config = {} }) => ({
        name,
        numPartitions: partitions,
        replicationFactor: BROKER_DEFAULT,
        assignments: [],
        configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      })),
      createTimeout,
      false,
    );
    const again = new Set<string>();
    for (const { name, errorCode, errorMessage } of answer.topics) {
      // Another process may create the topic at the same time.
      if (errorCode === NOT_CONTROLLER) again.add(name);
      else if (errorCode !== TOPIC_ALREADY_EXISTS) refuse(errorCode, errorMessage);
    }
    open = open.filter(({ name }) => again.has(name));
    if (open.length > 0) await pause(betweenLooks);
  }
}

/** Waits until the new topics have leaders. Until then, these topics would seem to be missing. */
async function untilKnown(cluster: Cluster, names: ReadonlySet<string>): Promise<void> {
  const hasLeaders = ({ error, partitions }: TopicMetadata): boolean =>
    error === 0 && partitions.every(({ leader }) => leader >= 0);
  for (;;) {
    const { topics } = await existing(cluster, [...names]);
    if (topics.size === names.size && [...topics.values()].every(hasLeaders)) return;
    await pause(betweenLooks);
  }
}

import type { Committed, PlaceInTopic, TopicPartition } from '../../../driver.js';
import { unreadIn } from '../../assignment/protocol/unread-partitions.js';
import { RETENTION, retentionOf } from '../../retention.js';
import type { Cluster } from '../cluster/cluster.js';
import { fetchCommitted as committedOf } from '../cluster/group-offsets.js';
import { EARLIEST, LATEST, listOffsets } from '../cluster/list-offsets.js';
import { refuse } from '../errors.js';
import type { PlatformaticSettings } from '../options.js';
import { partitionCounts, topicOf, withCluster } from './admin.js';

/** Returns the offsets of a position in a topic, by partition. */
export function findOffsets(
  settings: PlatformaticSettings,
  topic: string,
  at: PlaceInTopic,
): Promise<ReadonlyMap<number, number>> {
  return withCluster(settings, 'Reading offsets', async (cluster) => {
    if (at === 'earliest') return offsetsAt(cluster, topic, EARLIEST, 0);
    const ends = await offsetsAt(cluster, topic, LATEST, 0);
    if (at === 'latest') return ends;
    return offsetsAt(cluster, topic, at, (partition) => ends.get(partition) ?? 0);
  });
}

/** @param otherwise the offset for a partition that has no record at or after the time */
async function offsetsAt(
  cluster: Cluster,
  topic: string,
  at: number,
  otherwise: number | ((partition: number) => number),
): Promise<ReadonlyMap<number, number>> {
  const { metadata, found } = await topicOf(cluster, topic);
  const partitions = found.partitions.map((_, partition) => ({ topic, partition }));
  const offsets = await listOffsets(cluster, metadata, partitions, at);
  return new Map(
    partitions.map(({ partition }) => {
      const one = offsets.get(`${topic}/${partition}`);
      refuse(one?.error ?? 0);
      const none = typeof otherwise === 'number' ? otherwise : otherwise(partition);
      return [partition, one?.offset ?? none];
    }),
  );
}

/** Returns a group's commits for a topic. */
export function fetchCommitted(
  settings: PlatformaticSettings,
  group: string,
  topic: string,
): Promise<ReadonlyMap<number, Committed>> {
  return withCluster(settings, 'Reading commits', async (cluster) => {
    const { found } = await topicOf(cluster, topic);
    const coordinator = await cluster.coordinator(group);
    const topics = new Map([[topic, found.partitions.length]]);
    const commits = await committedOf(cluster, coordinator, 'control', group, topics);
    return commits.get(topic) ?? new Map();
  });
}

/** Returns the partitions of the topics that no member of a group reads. */
export function findUnread(
  settings: PlatformaticSettings,
  group: string,
  topics: readonly string[],
): Promise<readonly TopicPartition[] | undefined> {
  return withCluster(settings, 'Describing the group', async (cluster) => {
    const counts = await partitionCounts(cluster, topics);
    const coordinator = await cluster.coordinator(group);
    const answer = await cluster.request(
      coordinator,
      'control',
      (client) => client.describeGroupsV5,
      [group],
      false,
    );
    const [found] = answer.groups;
    refuse(found?.errorCode ?? -1);
    return unreadIn(found && { ...found, state: found.groupState }, topics, counts);
  });
}

/** Returns how long a topic keeps its records, in milliseconds. */
export function readRetention(
  settings: PlatformaticSettings,
  topic: string,
): Promise<number | undefined> {
  return withCluster(settings, 'Reading settings', async (cluster) => {
    await topicOf(cluster, topic);
    const answer = await cluster.requestAny(
      (client) => client.describeConfigsV4,
      [{ resourceType: TOPIC, resourceName: topic, configurationKeys: [RETENTION] }],
      false,
      false,
    );
    const entries = answer.results.flatMap(({ errorCode, errorMessage, configs }) => {
      refuse(errorCode, errorMessage);
      return configs.map(({ name, value }): [string, string] => [name, value ?? '-1']);
    });
    return retentionOf(Object.fromEntries(entries));
  });
}

/** Kafka's number for the resource type "topic" in requests for settings. */
const TOPIC = 2;

import type { Admin } from 'kafkajs';

import type { Committed, PlaceInTopic, TopicPartition } from '../../../driver.js';
import { unreadIn } from '../../assignment/protocol/unread-partitions.js';
import { RETENTION, retentionOf } from '../../retention.js';
import { refuseIfMissing, withAdmin } from './admin.js';
import { existingTopics } from './existing-topics.js';
import { loadKafkaJs } from '../internals/load.js';
import type { KafkaJsSettings } from '../options.js';

/** Returns the offsets of a position in a topic, by partition. */
export function findOffsets(
  settings: KafkaJsSettings,
  topic: string,
  at: PlaceInTopic,
): Promise<ReadonlyMap<number, number>> {
  return withAdmin(settings, 'Reading offsets', async (admin, cluster) => {
    await refuseIfMissing(admin, cluster, topic);
    return new Map(await findIn(admin, topic, at));
  });
}

async function findIn(
  admin: Admin,
  topic: string,
  at: PlaceInTopic,
): Promise<readonly (readonly [number, number])[]> {
  if (typeof at === 'number') {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, at);
    return found.map(({ partition, offset }) => [partition, Number(offset)]);
  }
  const found = await admin.fetchTopicOffsets(topic);
  return found.map(({ partition, low, high }) => [
    partition,
    Number(at === 'earliest' ? low : high),
  ]);
}

/** Returns the commits of a group for a topic, by partition. */
export function fetchCommitted(
  settings: KafkaJsSettings,
  groupId: string,
  topic: string,
): Promise<ReadonlyMap<number, Committed>> {
  return withAdmin(settings, 'Reading commits', async (admin, cluster) => {
    await refuseIfMissing(admin, cluster, topic);
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    // A negative offset means that there is no commit.
    const there = (found?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
    return new Map(
      there.map(({ partition, offset, metadata }) => [
        partition,
        { offset: Number(offset), metadata: metadata ?? '' },
      ]),
    );
  });
}

/** Returns the partitions of the topics that no member of a group reads. */
export function findUnread(
  settings: KafkaJsSettings,
  group: string,
  topics: readonly string[],
): Promise<readonly TopicPartition[] | undefined> {
  return withAdmin(settings, 'Describing the group', async (admin, cluster) => {
    const counts = await existingTopics(admin, cluster, topics);
    const { groups } = await admin.describeGroups([group]);
    return unreadIn(groups[0], topics, counts);
  });
}

/** Returns how long a topic keeps its records, in milliseconds. */
export function readRetention(
  settings: KafkaJsSettings,
  topic: string,
): Promise<number | undefined> {
  return withAdmin(settings, 'Reading settings', async (admin, cluster) => {
    await refuseIfMissing(admin, cluster, topic);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        { type: loadKafkaJs().ConfigResourceTypes.TOPIC, name: topic, configNames: [RETENTION] },
      ],
    });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    return retentionOf(
      Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue])),
    );
  });
}

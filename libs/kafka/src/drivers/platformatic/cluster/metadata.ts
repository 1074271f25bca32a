import type { metadataV12 } from '@platformatic/kafka';

import type { Address } from './connections.js';

export interface PartitionMetadata {
  /** The id of the leading broker, or -1 if there is none. */
  readonly leader: number;
  readonly leaderEpoch: number;
}

export interface TopicMetadata {
  readonly id: string;
  /** Kafka's error code, or 0. */
  readonly error: number;
  /** The partitions, by number. */
  readonly partitions: readonly PartitionMetadata[];
}

export interface ClusterMetadata {
  readonly clusterId: string;
  /** The brokers, by id. */
  readonly nodes: ReadonlyMap<number, Address>;
  readonly controller: number;
  readonly topics: ReadonlyMap<string, TopicMetadata>;
}

type Answer = ReturnType<typeof metadataV12.parseResponse>;

export function readMetadata({
  clusterId,
  brokers,
  controllerId,
  topics,
}: Answer): ClusterMetadata {
  return {
    clusterId: clusterId ?? '',
    nodes: new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }])),
    controller: controllerId,
    topics: new Map(topics.map((topic) => [topic.name ?? '', readTopic(topic)])),
  };
}

function readTopic({ topicId, errorCode, partitions }: Answer['topics'][number]): TopicMetadata {
  const sorted = partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex);
  return {
    id: topicId,
    error: errorCode,
    partitions: sorted.map(({ leaderId, leaderEpoch }) => ({ leader: leaderId, leaderEpoch })),
  };
}

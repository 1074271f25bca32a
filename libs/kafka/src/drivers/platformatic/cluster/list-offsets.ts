import type { TopicPartition } from '../../../driver.js';
import { keyOf } from '../../membership.js';
import type { Cluster } from './cluster.js';
import type { ClusterMetadata } from './metadata.js';

/** The times that stand for a log's start and end in a request for offsets. Any other time is in milliseconds since the epoch. */
export const EARLIEST = -2;
export const LATEST = -1;

const CONSUMER = -1;
const READ_COMMITTED = 1;
const UNKNOWN_EPOCH = -1;
const LEADER_NOT_AVAILABLE = 5;
const UNKNOWN_TOPIC_OR_PARTITION = 3;
const NETWORK_EXCEPTION = 13;

/** An offset, or Kafka's error code for the partition. The offset is `undefined` if no record is at or after the requested time. */
export interface FoundOffset {
  readonly error: number;
  readonly offset: number | undefined;
}

/**
 * Requests the offsets of partitions, with one request to each leader. The end is the last stable offset. If a leader does not
 * respond, its partitions have an error.
 */
export async function listOffsets(
  cluster: Cluster,
  metadata: ClusterMetadata,
  partitions: readonly TopicPartition[],
  at: number,
): Promise<ReadonlyMap<string, FoundOffset>> {
  const found = new Map<string, FoundOffset>();
  const byLeader = Map.groupBy(partitions, ({ topic, partition }) => {
    const topicMetadata = metadata.topics.get(topic);
    const known = topicMetadata?.partitions[partition];
    if (known !== undefined && cluster.node(known.leader) !== undefined) return known.leader;
    const missing = known === undefined ? UNKNOWN_TOPIC_OR_PARTITION : LEADER_NOT_AVAILABLE;
    const error = topicMetadata?.error === 0 ? missing : (topicMetadata?.error ?? missing);
    found.set(keyOf({ topic, partition }), { error, offset: undefined });
    return undefined;
  });
  await Promise.all(
    [...byLeader].map(async ([leader, ofLeader]) => {
      const node = leader === undefined ? undefined : cluster.node(leader);
      if (node === undefined) return;
      const topics = [...Map.groupBy(ofLeader, ({ topic }) => topic)].map(([name, some]) => ({
        name,
        partitions: some.map(({ partition }) => ({
          partitionIndex: partition,
          currentLeaderEpoch: UNKNOWN_EPOCH,
          timestamp: BigInt(at),
        })),
      }));
      const answer = await cluster
        .request(
          node,
          'control',
          (client) => client.listOffsetsV7,
          CONSUMER,
          READ_COMMITTED,
          topics,
        )
        .catch(() => undefined);
      for (const one of answer === undefined ? ofLeader : []) {
        found.set(keyOf(one), { error: NETWORK_EXCEPTION, offset: undefined });
      }
      for (const { name, partitions: answers } of answer?.topics ?? []) {
        for (const { partitionIndex, errorCode, offset } of answers) {
          const isKnown = errorCode === 0 && offset >= 0n;
          found.set(keyOf({ topic: name, partition: partitionIndex }), {
            error: errorCode,
            offset: isKnown ? Number(offset) : undefined,
          });
        }
      }
    }),
  );
  return found;
}

import type { LogState, TopicPartition } from '../../../driver.js';
import { keyOf, type Membership } from '../../membership.js';
import type { Cluster } from '../cluster/cluster.js';
import { EARLIEST, LATEST, listOffsets } from '../cluster/list-offsets.js';
import { logId } from '../../log-id.js';
import type { ClusterMetadata } from '../cluster/metadata.js';
import type { PartitionReading } from './fetch/partition-reading.js';

const UNKNOWN_EPOCH = -1;
const CONSUMER = -1;

export interface LogWatchParts {
  readonly cluster: Cluster;
  readonly membership: Membership;
  readonly latest: () => ClusterMetadata;
  /** Called when the metadata is stale. */
  readonly refresh: () => void;
  /** Called when the position of a partition is valid again. */
  readonly onProgress: () => void;
}

/** Finds out how a log changed if the broker refuses a position in it, moves the position, and reports the change. */
export class LogWatch {
  constructor(private readonly parts: LogWatchParts) {}

  /** Handles a log that diverges from the records that were read. The broker reports where. */
  diverged(
    reading: PartitionReading,
    { epoch, endOffset }: { readonly epoch: number; readonly endOffset: number },
  ): void {
    this.#truncated(reading, Math.min(reading.offset, endOffset), epoch);
  }

  /** Handles a position that is outside the log, or that follows a record with an epoch unknown to the log. */
  async outOfRange(reading: PartitionReading): Promise<void> {
    await this.#examine(reading, async () => {
      const states = await this.#states([reading]);
      const log = states.get(keyOf(reading));
      if (log === undefined) return false;
      const { offset, epoch } = reading;
      if (offset < log.start) {
        reading.moveTo(log.start, UNKNOWN_EPOCH);
        this.parts.membership.logChanged(reading, { kind: 'trimmed', offset: log.start });
        return true;
      }
      const end = epoch < 0 ? undefined : await this.#endOfEpoch(reading, epoch);
      if (end === undefined) this.#truncated(reading, log.start, UNKNOWN_EPOCH);
      else this.#truncated(reading, Math.min(offset, end.offset), end.epoch);
      return true;
    });
  }

  /** Handles a topic with a different id, which was deleted and created again. */
  async replaced(reading: PartitionReading, topicId: string): Promise<void> {
    await this.#examine(reading, async () => {
      const log = (await this.#states([reading])).get(keyOf(reading));
      if (log === undefined) return false;
      reading.topicId = topicId;
      reading.moveTo(log.start, UNKNOWN_EPOCH);
      this.parts.membership.logChanged(reading, { kind: 'replaced', log });
      return true;
    });
  }

  #truncated(reading: PartitionReading, offset: number, epoch: number): void {
    reading.moveTo(offset, epoch);
    this.parts.membership.logChanged(reading, { kind: 'truncated', offset });
  }

  /** @param look returns whether the position is valid now */
  async #examine(reading: PartitionReading, look: () => Promise<boolean>): Promise<void> {
    if (reading.isExamined) return;
    reading.isExamined = true;
    // Records that are still being fetched or delivered come from the log before the change.
    reading.moveTo(reading.offset, reading.epoch);
    let isValid = false;
    try {
      isValid = await look();
    } catch {
      // `Cluster` already reports that a broker does not respond.
    }
    reading.isExamined = false;
    if (!isValid) {
      reading.backOff();
      this.parts.refresh();
    }
    this.parts.onProgress();
  }

  #states(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<string, LogState>> {
    return readLogs(this.parts.cluster, this.parts.latest(), partitions);
  }

  /** Returns the end of the log's newest epoch that is not newer than the given one. `undefined` if there is no such epoch. */
  async #endOfEpoch(
    { topic, partition, leader }: PartitionReading,
    epoch: number,
  ): Promise<{ readonly offset: number; readonly epoch: number } | undefined> {
    const node = this.parts.cluster.node(leader);
    if (node === undefined) throw new Error("The partition's leader is unknown");
    const answer = await this.parts.cluster.request(
      node,
      'control',
      (client) => client.offsetForLeaderEpochV4,
      CONSUMER,
      [
        // The client reads `name`, and not `topic` as in the answer.
        {
          name: topic,
          partitions: [
            { partitionIndex: partition, currentLeaderEpoch: UNKNOWN_EPOCH, leaderEpoch: epoch },
          ],
        },
      ],
    );
    const [found] = answer.topics.flatMap(({ partitions }) => partitions);
    if (found?.errorCode !== 0) throw new Error('The end of the leader epoch is unknown');
    const offset = Number(found.endOffset);
    return offset < 0 ? undefined : { offset, epoch: found.leaderEpoch };
  }
}

/** Reads the start and the end of logs. Logs that cannot be read now are omitted. */
export async function readLogs(
  cluster: Cluster,
  metadata: ClusterMetadata,
  partitions: readonly TopicPartition[],
): Promise<ReadonlyMap<string, LogState>> {
  const [starts, ends] = await Promise.all([
    listOffsets(cluster, metadata, partitions, EARLIEST),
    listOffsets(cluster, metadata, partitions, LATEST),
  ]);
  const logs = new Map<string, LogState>();
  for (const one of partitions) {
    const key = keyOf(one);
    const start = starts.get(key)?.offset;
    const end = ends.get(key)?.offset;
    const topicId = metadata.topics.get(one.topic)?.id;
    if (start === undefined || end === undefined || topicId === undefined) continue;
    logs.set(key, { id: logId(metadata.clusterId, topicId), start, end });
  }
  return logs;
}

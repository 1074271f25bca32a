import type { Cluster } from '../../cluster/cluster.js';
import type { Address, Purpose } from '../../cluster/connections.js';
import { fetchApi, type FetchedPartition } from './fetch-response.js';
import type { PartitionReading } from './partition-reading.js';

const READ_COMMITTED = 1;
const atLeastOneByte = 1;
const mostBytes = 2 ** 30;
/** Turns off fetch sessions. The complete request is small, and a session would have to be updated with every pause. */
const NO_SESSION = 0;
const FINAL_EPOCH = -1;

export interface FetcherParts {
  readonly cluster: Cluster;
  readonly leader: number;
  readonly maxWait: number;
  readonly maxBytesPerPartition: number;
  /** Called when a broker has responded, with the results that are still wanted. */
  readonly onAnswer: (answers: readonly PartitionAnswer[]) => void;
  /** Called when the broker did not respond. */
  readonly onFailure: (readings: readonly PartitionReading[], error: unknown) => void;
}

export interface PartitionAnswer {
  readonly reading: PartitionReading;
  readonly answer: FetchedPartition;
}

interface Lane {
  readonly purpose: Purpose;
  isBusy: boolean;
}

/**
 * Fetches from one broker. While a fetch waits for records, a second connection serves the partitions that become ready in the
 * meantime, for example because backpressure ends.
 */
export class Fetcher {
  readonly #lanes: readonly Lane[] = [
    { purpose: 'fetch', isBusy: false },
    { purpose: 'second fetch', isBusy: false },
  ];

  constructor(private readonly parts: FetcherParts) {}

  /** Fetches the partitions that are ready. If no connection is free, the partitions remain ready. */
  fetch(readings: readonly PartitionReading[]): void {
    const lane = this.#lanes.find(({ isBusy }) => !isBusy);
    const node = this.parts.cluster.node(this.parts.leader);
    if (lane === undefined || node === undefined) return;
    lane.isBusy = true;
    void this.#fetch(lane, node, readings);
  }

  /** Cancels pending fetches, because the next assignment would otherwise have to wait for them. */
  stop(): void {
    const node = this.parts.cluster.node(this.parts.leader);
    for (const { purpose, isBusy } of this.#lanes) {
      if (isBusy && node !== undefined) this.parts.cluster.disconnect(node, purpose);
    }
  }

  async #fetch(lane: Lane, node: Address, readings: readonly PartitionReading[]): Promise<void> {
    const pending = readings.map((reading) => ({ reading, version: reading.beginFetch() }));
    try {
      const api = await fetchApi();
      const { cluster, maxWait, maxBytesPerPartition, onAnswer } = this.parts;
      const { error, partitions } = await cluster.request(
        node,
        lane.purpose,
        () => ({ api }),
        maxWait,
        atLeastOneByte,
        Math.min(mostBytes, maxBytesPerPartition * readings.length),
        READ_COMMITTED,
        NO_SESSION,
        FINAL_EPOCH,
        requestTopics(readings, maxBytesPerPartition),
        [],
        '',
      );
      lane.isBusy = false;
      if (error !== 0)
        throw new Error(`The broker responded to a fetch request with error ${error}`);
      const byKey = new Map(
        partitions.map((answer) => [`${answer.topicId}/${answer.partition}`, answer]),
      );
      onAnswer(
        pending.flatMap(({ reading, version }) => {
          const answer = byKey.get(`${reading.topicId}/${reading.partition}`);
          return reading.endFetch(version) && answer !== undefined ? [{ reading, answer }] : [];
        }),
      );
    } catch (error) {
      lane.isBusy = false;
      const failed = pending.filter(({ reading, version }) => reading.endFetch(version));
      this.parts.onFailure(
        failed.map(({ reading }) => reading),
        error,
      );
    }
  }
}

function requestTopics(
  readings: readonly PartitionReading[],
  maxBytesPerPartition: number,
): Parameters<Awaited<ReturnType<typeof fetchApi>>['async']>[7] {
  return [...Map.groupBy(readings, ({ topicId }) => topicId)].map(([topicId, some]) => ({
    topicId,
    partitions: some.map(({ partition, leaderEpoch, offset, epoch }) => ({
      partition,
      currentLeaderEpoch: leaderEpoch,
      fetchOffset: BigInt(offset),
      lastFetchedEpoch: epoch,
      partitionMaxBytes: maxBytesPerPartition,
    })),
  }));
}

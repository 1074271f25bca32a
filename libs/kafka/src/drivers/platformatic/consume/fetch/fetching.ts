import { ThroughlineError } from '#base';

import type { AssignedPartition, ConsumerOptions, Position } from '../../../../driver.js';
import { brokerError } from '../../../../errors/broker-errors.js';
import { keyOf, type Membership } from '../../../membership.js';
import type { Cluster } from '../../cluster/cluster.js';
import type { ClusterMetadata } from '../../cluster/metadata.js';
import { BrokerAnswer, toKafkaError } from '../../errors.js';
import type { Delivery } from './delivery.js';
import { Fetcher, type PartitionAnswer } from './fetcher.js';
import { LogWatch } from '../log-watch.js';
import { MetadataWatch } from '../metadata-watch.js';
import { PartitionReading } from './partition-reading.js';
import { readBatches } from './record-batch.js';
import type { TopicFailures } from '../topic-failures.js';

const OFFSET_OUT_OF_RANGE = 1;
const CORRUPT_MESSAGE = 2;
const UNKNOWN_TOPIC_OR_PARTITION = 3;
/** The errors after which a topic may turn out to have been deleted, and created again with a different id. */
const TOPIC_GONE = new Set([UNKNOWN_TOPIC_OR_PARTITION, 100, 103]);
/** The longest delay after a broker did not respond, in milliseconds. The broker may respond again at any time. */
const longestWithoutAnswer = 500;
/** How long a topic may seem to be missing while brokers restart, in milliseconds. */
const missingGrace = 2_000;

export interface FetchingParts {
  readonly cluster: Cluster;
  readonly options: ConsumerOptions;
  readonly membership: Membership;
  readonly failures: TopicFailures;
  readonly metadataMaxAge: number;
  readonly deliver: (onProgress: () => void) => Delivery;
  /** Called when a broker has answered a fetch. */
  readonly onWork: () => void;
  /** Called when new metadata was read. */
  readonly onMetadata: () => void;
}

/** Reads the partitions in one assignment until stopped. */
export class Fetching {
  readonly #readings = new Map<string, PartitionReading>();
  readonly #fetchers = new Map<number, Fetcher>();
  readonly #missingSince = new Map<string, number>();
  readonly #delivery: Delivery;
  readonly #watch: MetadataWatch;
  readonly #logs: LogWatch;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;

  constructor(
    private readonly parts: FetchingParts,
    partitions: readonly AssignedPartition[],
    metadata: ClusterMetadata,
  ) {
    const { cluster, membership, options, metadataMaxAge } = parts;
    const onProgress = (): void => {
      this.#pump();
    };
    for (const one of partitions) {
      const reading = new PartitionReading(one.topic, one.partition, one.start);
      reading.topicId = metadata.topics.get(one.topic)?.id ?? '';
      this.#readings.set(keyOf(one), reading);
    }
    this.#delivery = parts.deliver(onProgress);
    this.#watch = new MetadataWatch(cluster, options.topics, metadataMaxAge, metadata, (latest) => {
      const isSufficient = this.#apply(latest);
      parts.onMetadata();
      return isSufficient;
    });
    this.#logs = new LogWatch({
      cluster,
      membership,
      latest: () => this.#watch.latest,
      refresh: () => {
        this.#watch.refresh();
      },
      onProgress,
    });
  }

  /** @param positions where to read partitions that are not read from their `start` */
  begin(positions: Iterable<Position>): void {
    this.seek(positions);
    this.#isRunning = true;
    if (!this.#apply(this.#watch.latest)) this.#watch.refresh();
    this.#pump();
  }

  resume(): void {
    this.#pump();
  }

  seek(positions: Iterable<Position>): void {
    for (const { leaderEpoch = -1, offset, ...partition } of positions) {
      this.#readings.get(keyOf(partition))?.moveTo(offset, leaderEpoch);
    }
    this.#pump();
  }

  stop(): void {
    this.#isRunning = false;
    this.#watch.stop();
    clearTimeout(this.#timer);
    for (const fetcher of this.#fetchers.values()) fetcher.stop();
  }

  /** Fetches all partitions that are ready. */
  #pump(): void {
    if (!this.#isRunning) return;
    const now = performance.now();
    const ready = [...this.#readings.values()].filter(
      (one) => one.isReady(now) && this.parts.membership.delivers(one),
    );
    for (const [leader, readings] of Map.groupBy(ready, (one) => one.leader)) {
      this.#fetcherOf(leader).fetch(readings);
    }
    this.#scheduleNext(now);
  }

  #scheduleNext(now: number): void {
    let next = Infinity;
    for (const { notBefore } of this.#readings.values()) {
      if (notBefore > now && notBefore < next) next = notBefore;
    }
    clearTimeout(this.#timer);
    if (next < Infinity) this.#timer = setTimeout(() => this.#pump(), Math.ceil(next - now));
  }

  #fetcherOf(leader: number): Fetcher {
    const known = this.#fetchers.get(leader);
    if (known !== undefined) return known;
    const { cluster, options } = this.parts;
    const fetcher = new Fetcher({
      cluster,
      leader,
      maxWait: options.maxWait,
      maxBytesPerPartition: options.maxBytesPerPartition,
      onAnswer: (answers) => {
        this.#answered(answers);
      },
      onFailure: (readings) => {
        this.#notAnswered(readings);
      },
    });
    this.#fetchers.set(leader, fetcher);
    return fetcher;
  }

  #answered(answers: readonly PartitionAnswer[]): void {
    if (!this.#isRunning) return;
    this.parts.onWork();
    for (const { reading, answer } of answers) {
      if (answer.error !== 0) this.#refused(reading, answer.error);
      else if (answer.diverging !== undefined) this.#logs.diverged(reading, answer.diverging);
      else {
        reading.succeeded();
        this.parts.failures.passed(reading.topic, `fetch ${reading.partition}`);
        if (answer.bytes !== undefined) reading.add(readBatches(answer.bytes), answer.aborted);
      }
    }
    // The next fetch is on its way while these records are delivered.
    this.#pump();
    for (const { reading } of answers) this.#delivery.add(reading);
  }

  #notAnswered(readings: readonly PartitionReading[]): void {
    if (!this.#isRunning) return;
    for (const reading of readings) reading.backOff(longestWithoutAnswer);
    this.#watch.refresh();
    this.#pump();
  }

  #refused(reading: PartitionReading, code: number): void {
    const { topic, partition } = reading;
    if (code === OFFSET_OUT_OF_RANGE) {
      void this.#logs.outOfRange(reading);
      return;
    }
    reading.backOff();
    this.#watch.refresh();
    if (TOPIC_GONE.has(code)) return; // The metadata says what has become of the topic.
    if (brokerError(code).errorClass === 'unavailable' && code !== CORRUPT_MESSAGE) return;
    this.parts.failures.failed(topic, `fetch ${partition}`, failure(topic, code));
  }

  /** Applies new metadata to the partitions. Returns whether all partitions can be read. */
  #apply(metadata: ClusterMetadata): boolean {
    const byTopic = Map.groupBy(this.#readings.values(), ({ topic }) => topic);
    // No member is assigned a missing topic, so this checks all topics, and not only those of the assigned partitions.
    const results = this.parts.options.topics.map((topic) =>
      this.#applyTo(topic, byTopic.get(topic) ?? [], metadata),
    );
    this.#pump();
    return results.every(Boolean);
  }

  #applyTo(
    topic: string,
    readings: readonly PartitionReading[],
    { topics }: ClusterMetadata,
  ): boolean {
    const found = topics.get(topic);
    const error = found?.error ?? UNKNOWN_TOPIC_OR_PARTITION;
    if (error !== 0) {
      for (const reading of readings) reading.lead(-1, -1);
      if (error !== UNKNOWN_TOPIC_OR_PARTITION || this.#isMissing(topic))
        this.#topicFailed(topic, error);
      return false;
    }
    this.#missingSince.delete(topic);
    this.parts.failures.passed(topic, 'metadata');
    let isSufficient = true;
    for (const reading of readings) {
      const { leader, leaderEpoch } = found?.partitions[reading.partition] ?? {
        leader: -1,
        leaderEpoch: -1,
      };
      reading.lead(leader, leaderEpoch);
      if (leader < 0) isSufficient = false;
      const id = found?.id ?? '';
      if (reading.topicId === '') reading.topicId = id;
      else if (reading.topicId !== id) void this.#logs.replaced(reading, id);
    }
    return isSufficient;
  }

  #topicFailed(topic: string, code: number): void {
    if (brokerError(code).errorClass === 'unavailable' && code !== UNKNOWN_TOPIC_OR_PARTITION)
      return;
    this.parts.failures.failed(topic, 'metadata', failure(topic, code));
  }

  /** Whether a topic has been missing for longer than a restarting broker needs to learn about it. */
  #isMissing(topic: string): boolean {
    const now = performance.now();
    const since = this.#missingSince.get(topic) ?? now;
    this.#missingSince.set(topic, since);
    return now - since >= missingGrace;
  }
}

function failure(topic: string, code: number): ThroughlineError {
  const error = toKafkaError(new BrokerAnswer(code), `Reading the topic ${topic}`);
  // The other topics can be read, so the failure of one topic is not an outage.
  return error.errorClass === 'blocked'
    ? error
    : new ThroughlineError(error.code, error.message, { cause: error, errorClass: 'blocked' });
}

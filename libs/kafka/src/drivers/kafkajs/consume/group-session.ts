import type { Consumer, EachBatchPayload } from 'kafkajs';
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import type {
  ConsumerListener,
  ConsumerOptions,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../../../driver.js';
import { sentenceOf, settledWithin } from '#base';
import { unwrapInstrumented } from 'throughline/tracing';
import { driverLogger } from '../../driver-logger.js';
import { keyOf, type Membership } from '../../membership.js';
import { openClient, waitThroughOutages, type Client } from '../client.js';
import { commitAs } from './commit.js';
import type { Subscription } from '../../assignment/consumer-protocol.js';
import { fetchTopics } from '../internals/log-requests.js';
import { assignersFor } from './assigners.js';
import { findAssigned } from './group-offsets.js';
import { HeldTopics } from './held-topics.js';
import { LogGuard } from './log-guard.js';
import { LOOK_INTERVAL, type TopicWatch } from './topic-watch.js';
import type { ConsumerGroup, KafkaJsPartitions } from '../internals/internal-types.js';
import { asError, closed, toKafkaError } from '../kafka-errors.js';
import type { KafkaJsSettings } from '../options.js';
import type { Outage } from '../../outage.js';
import { FetchedRecord } from './fetched-record.js';

const afterThrowingListener = 1_000;
const RETRY_DELAY = 500;
/** How many partitions of one fetch are delivered concurrently. */
const CONCURRENT_PARTITIONS = 100;

export interface SessionParts {
  readonly settings: KafkaJsSettings;
  readonly options: ConsumerOptions;
  readonly listener: ConsumerListener;
  readonly membership: Membership;
  readonly outage: Outage;
  readonly topics: TopicWatch;
  /** What the member was assigned last. It outlives this session. */
  readonly last: { value: Pick<Subscription, 'owned' | 'generation'> };
  /** The broker has acknowledged a heartbeat or a join. */
  readonly onHeartbeat: () => void;
  /** The member has received its assignment. */
  readonly onMember: () => void;
  /** A fetch was answered. */
  readonly onWork: () => void;
}

/** One kafkajs consumer, from its first join until it crashes or is stopped. It is never run twice. */
export class GroupSession {
  readonly #client: Client;
  readonly #consumer: Consumer;
  readonly #ended = new EventEmitter();
  #group: ConsumerGroup | undefined;
  readonly #guard: LogGuard;
  readonly #held: HeldTopics;
  #joining: Promise<void> = Promise.resolve();
  #stopping = false;
  /** Whether the topics have changed since the last join. */
  #mustRejoin = false;

  constructor(private readonly parts: SessionParts) {
    const { settings, options, outage } = parts;
    this.#guard = new LogGuard(parts.membership, (topic) => parts.topics.idOf(topic));
    this.#held = new HeldTopics({
      pauseTopic: (topic) => this.#group?.pause(forKafkaJs(this.#partitions(topic))),
      resumeTopic: (topic) => this.resume(this.#partitions(topic)),
      topicFailed: (topic, error) => parts.membership.topicFailed(topic, error),
      topicRecovered: (topic) => parts.membership.topicRecovered(topic),
    });
    this.#client = openClient(settings, {
      reached: () => {
        outage.reached();
      },
      failed: (error) => {
        outage.failed(toKafkaError(error, 'Connecting to Kafka'));
      },
      follower: {
        join: (group, join) => (this.#joining = this.#join(group, join)),
        mustJoin: () => parts.membership.isOut || this.#mustRejoin,
        canGoOnWithout: () => this.#canGoOnWithout(),
      },
      partitions: {
        outOfRange: (partition) => {
          this.#whilePaused(partition, (group) => this.#guard.recover(group, partition));
        },
        unreadable: ({ topic }, error) => this.#hold(topic, error),
      },
    });
    this.#consumer = this.#client.kafka.consumer({
      groupId: options.group,
      sessionTimeout: options.sessionTimeout,
      heartbeatInterval: options.heartbeatInterval,
      rebalanceTimeout: Math.max(60_000, 3 * settings.revokeTimeout),
      maxWaitTimeInMs: options.maxWait,
      maxBytesPerPartition: options.maxBytesPerPartition,
      metadataMaxAge: settings.metadataMaxAge,
      partitionAssigners: assignersFor({
        group: options.group,
        last: () => parts.last.value,
        count: (topics) => this.#countPartitions(topics),
      }),
      allowAutoTopicCreation: false,
      // kafkajs #1443: its own restart leaves a zombie in some cases. The driver creates a new consumer instead.
      retry: { ...waitThroughOutages, restartOnFailure: () => Promise.resolve(false) },
    });
    // Elastic's and OpenTelemetry's would open a second transaction for every fetched batch, and have no switch.
    unwrapInstrumented(this.#consumer, 'run');
  }

  /** Runs the kafkajs consumer until it crashes, and rejects with the reason. Resolves if the consumer was stopped. */
  async run(): Promise<void> {
    const crashed = new Promise<never>((_, reject) => {
      this.#consumer.on('consumer.crash', ({ payload }) => {
        reject(payload.error);
      });
    });
    crashed.catch(() => undefined);
    this.#consumer.on('consumer.fetch', () => {
      this.parts.onWork();
    });
    this.#consumer.on('consumer.heartbeat', () => this.parts.onHeartbeat());
    this.#consumer.on('consumer.start_batch_process', ({ payload }) => this.#passed(payload));
    const stopped = once(this.#ended, 'stopped');
    const { from } = this.parts.options;
    const topics = [...this.parts.topics.readable];
    const looks = setInterval(() => void this.#look(), LOOK_INTERVAL).unref();
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics, fromBeginning: from === 'earliest' });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        // A partition that waits for capacity must not delay the others.
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
        eachBatch: (payload) => this.#deliver(payload),
      });
      await Promise.race([crashed, stopped]);
    } catch (error) {
      if (!this.#stopping) throw asError(error);
    } finally {
      clearInterval(looks);
      this.#held.end();
      this.#client.kill();
    }
  }

  commit(commits: readonly PartitionCommit[]): Promise<void> {
    if (this.#group === undefined) return Promise.reject(closed('consumer'));
    return commitAs(this.#group, this.parts.membership, commits);
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#group?.pause(forKafkaJs(partitions));
  }

  /** Resumes partitions that neither the listener nor this session wants to be paused. */
  resume(partitions: readonly TopicPartition[]): void {
    const { membership } = this.parts;
    const resumed = partitions.filter(
      (one) => !membership.isPaused(one) && !this.#held.has(one.topic),
    );
    this.#group?.resume(forKafkaJs(resumed));
  }

  /**
   * Moves a partition to another offset. kafkajs reads from there with its next fetch, and discards the result of a fetch in
   * progress.
   */
  seek(positions: readonly Position[]): void {
    for (const position of positions) {
      const { topic, partition, offset } = position;
      this.#guard.moved(position);
      this.#group?.seek({ topic, partition, offset: String(offset) });
    }
  }

  /** Stops delivery by pausing all partitions. The heartbeat continues, so that `revoking` can still commit. */
  stopReceiving(): void {
    this.#stopping = true;
    this.pause(this.#partitions());
  }

  /**
   * Leaves the group and closes. Waits for a join in progress first. Otherwise, the consumer would survive its stop (kafkajs
   * #1593).
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    await settledWithin(1_000, this.#joining);
    const disconnected = settledWithin(1_500, this.#consumer.disconnect());
    if (this.#group !== undefined) await settledWithin(1_000, leaveOnce(this.#group));
    this.#client.kill();
    this.#ended.emit('stopped');
    await disconnected;
  }

  async #join(group: ConsumerGroup, join: () => Promise<void>): Promise<void> {
    const { membership, options, topics } = this.parts;
    this.#group = group;
    if (group.memberId === null) membership.lose('expelled');
    else await this.#revoke(group);
    this.#refuseIfStopping();
    this.#mustRejoin = false;
    await this.#subscribe(group, topics.readable);
    await join();
    this.parts.onHeartbeat();
    if ((await topics.look(group.cluster)) === 'changed')
      this.#mustRejoin = !this.#isSubscribed(group);
    const assigned = await this.#unlessStopping(
      group,
      findAssigned(group, options.from, (topic) => topics.idOf(topic)),
    );
    const owned = assigned.map(({ topic, partition }) => ({ topic, partition }));
    this.parts.last.value = { owned, generation: group.generationId };
    const positions = membership.assign(assigned);
    await this.#guard.begin(group, assigned, positions);
    const held = this.#partitions().filter(({ topic }) => this.#held.has(topic));
    group.pause(forKafkaJs([...membership.paused, ...held]));
    this.parts.onMember();
  }

  /** Asked only of the leader, for the topics of all members. */
  async #countPartitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const cluster = this.#group?.cluster;
    if (cluster === undefined) return new Map();
    const found = await fetchTopics(cluster, topics);
    if (found !== undefined) {
      const readable = [...found].filter(([, { errorCode }]) => errorCode === 0);
      return new Map(readable.map(([topic, { partitions }]) => [topic, partitions]));
    }
    for (const topic of topics) await cluster.addTargetTopic(topic);
    return new Map(
      topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]),
    );
  }

  /** Subscribes to exactly these topics with the next join. */
  async #subscribe(group: ConsumerGroup, topics: readonly string[]): Promise<void> {
    if (this.#isSubscribed(group)) return;
    group.topicsSubscribed = topics;
    group.cluster.targetTopics.clear();
    for (const topic of topics) group.cluster.targetTopics.add(topic);
    await group.cluster.refreshMetadata();
  }

  #isSubscribed({ topicsSubscribed }: ConsumerGroup): boolean {
    return topicsSubscribed.join() === this.parts.topics.readable.join();
  }

  /** Looks at the topics. A look that fails is repeated after the interval. */
  async #look(): Promise<void> {
    const group = this.#group;
    if (group === undefined || this.parts.membership.isOut) return;
    const seen = await this.parts.topics.look(group.cluster).catch(() => 'same');
    if (seen === 'changed') this.#mustRejoin = true;
  }

  /** Finds out which topics are missing or denied. Resolves with whether there are others. */
  async #canGoOnWithout(): Promise<boolean> {
    const group = this.#group;
    if (group === undefined) return false;
    await this.parts.topics.look(group.cluster).catch(() => undefined);
    return !this.#isSubscribed(group);
  }

  /** Stops reading a topic for a while. Returns whether the member has other topics. */
  #hold(topic: string, error: Error): boolean {
    const others = this.#partitions().some(
      (one) => one.topic !== topic && !this.#held.has(one.topic),
    );
    if (others) this.#held.hold(topic, toKafkaError(error, `Reading the topic ${topic}`));
    return others;
  }

  /** Pauses a partition until the work is done. If it fails, the next fetch starts it again. */
  #whilePaused(partition: TopicPartition, work: (group: ConsumerGroup) => Promise<void>): void {
    const group = this.#group;
    if (group === undefined) return;
    group.pause(forKafkaJs([partition]));
    work(group)
      .catch(() => pause(RETRY_DELAY))
      .finally(() => this.resume([partition]));
  }

  /** kafkajs passes batches of control records and aborted transactions without delivering them. */
  #passed({ topic, partition, batchSize, lastOffset }: PassedBatch): void {
    if (batchSize > 0) return;
    this.#skipTo({ topic, partition }, Number(lastOffset) + 1);
  }

  /** @param to the offset after the last one that was fetched */
  #skipTo(id: TopicPartition, to: number): void {
    const from = this.#guard.nextOf(id);
    if (from === undefined || to <= from.offset || this.#group?.hasSeekOffset(id) === true) return;
    this.#guard.moved({ ...from, offset: to });
    this.parts.membership.skipped(from, to);
  }

  /** Sends heartbeats while the rejoin is waiting for the listener, because kafkajs sends none during that time. */
  async #revoke(group: ConsumerGroup): Promise<void> {
    const { membership, settings, options } = this.parts;
    if (membership.isOut) return;
    const heartbeat = setInterval(() => {
      const { groupId, memberId, generationId: groupGenerationId } = group;
      group.coordinator.heartbeat({ groupId, memberId, groupGenerationId }).then(
        () => this.parts.onHeartbeat(),
        () => undefined,
      );
    }, options.heartbeatInterval);
    await settledWithin(settings.revokeTimeout, membership.revoke());
    clearInterval(heartbeat);
    membership.release();
  }

  async #unlessStopping<T>(group: ConsumerGroup, work: Promise<T>): Promise<T> {
    const result = await work;
    if (!this.#stopping) return result;
    await settledWithin(500, group.leave());
    throw stopped();
  }

  /** The partitions that are assigned to this member, of one topic or of all. */
  #partitions(only?: string): readonly TopicPartition[] {
    return (this.#group?.assigned() ?? [])
      .filter(({ topic }) => only === undefined || topic === only)
      .flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
  }

  #refuseIfStopping(): void {
    if (this.#stopping) throw stopped();
  }

  async #deliver(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { membership, listener } = this.parts;
    const partition = { topic: batch.topic, partition: batch.partition };
    // Stale: fetched before a seek, but delivered only now.
    if (!membership.delivers(partition) || payload.isStale()) return;
    const records = batch.messages.map((message) => new FetchedRecord(message));
    const last = records.at(-1);
    if (last === undefined || !(await this.#continues(partition, last.leaderEpoch))) return;
    if (!membership.delivers(partition) || payload.isStale()) return;
    const before = this.#guard.nextOf(partition);
    this.#guard.read(partition, last);
    let patience: ReturnType<ConsumerListener['records']>;
    try {
      patience = listener.records(partition, records);
    } catch (error) {
      // A TypeError out of this callback would end the consumer for good (kafkajs/src/retry).
      driverLogger.error(
        `Throughline could not accept records from ${keyOf(partition)}: ${sentenceOf(error)} The records will be redelivered.`,
      );
      if (before !== undefined) this.#guard.moved(before);
      await pause(afterThrowingListener);
      return;
    }
    if (!membership.isOut) payload.resolveOffset(batch.lastOffset());
    this.#skipTo(partition, Number(batch.lastOffset()) + 1);
    await patience;
  }

  /** Whether records of this leader epoch continue the log. If that cannot be found out, they are fetched again. */
  async #continues(partition: TopicPartition, leaderEpoch: number): Promise<boolean> {
    const known = this.#guard.nextOf(partition)?.leaderEpoch;
    if (this.#group === undefined || known === undefined || leaderEpoch <= known) return true;
    return this.#guard.isContinuedBy(this.#group, partition, leaderEpoch);
  }
}

/** A batch that kafkajs has begun to process. */
interface PassedBatch extends TopicPartition {
  readonly batchSize: number;
  readonly lastOffset: string;
}

function forKafkaJs(partitions: readonly TopicPartition[]): KafkaJsPartitions[] {
  return partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
}

/**
 * Makes sure that the consumer leaves the group only once. kafkajs would leave again when it disconnects, and the broker would no
 * longer know the member.
 */
function leaveOnce(group: ConsumerGroup): Promise<void> {
  const leaving = group.leave();
  group.leave = () => leaving;
  return leaving;
}

/** Creates the error for a session that is stopping. The error is not retriable, so that kafkajs gives up on the join. */
function stopped(): Error {
  return Object.assign(closed('consumer'), { retriable: false });
}

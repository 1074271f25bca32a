import type { Consumer } from 'kafkajs';
import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import type {
  ConsumerListener,
  ConsumerOptions,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../../../driver.js';
import { settledWithin } from '#base';
import { unwrapInstrumented } from 'throughline/tracing';
import type { Membership } from '../../membership.js';
import { openClient, waitThroughOutages, type Client } from '../client.js';
import { commitAs } from './commit.js';
import type { Subscription } from '../../assignment/protocol/consumer-protocol.js';
import { assignersFor } from './assigners.js';
import { findAssigned } from './group-offsets.js';
import { Delivery } from './delivery.js';
import { LogGuard } from './log-guard.js';
import { SubscribedTopics } from './subscribed-topics.js';
import { LOOK_INTERVAL, type TopicWatch } from './topic-watch.js';
import type { ConsumerGroup, KafkaJsPartitions } from '../internals/internal-types.js';
import { asError, closed, toKafkaError } from '../kafka-errors.js';
import type { KafkaJsSettings } from '../options.js';
import type { Outage } from '../../outages/outage.js';

const RETRY_DELAY = 500;
/** How many times longer a fetch may wait while no partition is paused. This cuts the CPU time of an idle member to a third. */
const UNPAUSED_WAIT_FACTOR = 3;
/** How many partitions of one fetch are delivered concurrently. */
const CONCURRENT_PARTITIONS = 100;

export interface SessionParts {
  readonly settings: KafkaJsSettings;
  readonly options: ConsumerOptions;
  readonly listener: ConsumerListener;
  readonly membership: Membership;
  readonly outage: Outage;
  readonly topics: TopicWatch;
  /** The member's last assignment, which outlives this session. */
  readonly last: { value: Pick<Subscription, 'owned' | 'generation'> };
  /** Called when the broker has acknowledged a heartbeat or a join. */
  readonly onHeartbeat: () => void;
  /** Called when the member has received its assignment. */
  readonly onMember: () => void;
  /** Called when a broker has answered a fetch. */
  readonly onWork: () => void;
}

/** One kafkajs consumer, from its first join until it crashes or is stopped. It is never run twice. */
export class GroupSession {
  readonly #client: Client;
  readonly #consumer: Consumer;
  readonly #ended = new EventEmitter();
  #group: ConsumerGroup | undefined;
  readonly #guard: LogGuard;
  readonly #delivery: Delivery;
  readonly #topics: SubscribedTopics;
  #joining: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(private readonly parts: SessionParts) {
    const { settings, options, outage } = parts;
    this.#guard = new LogGuard(parts.membership, (topic) => parts.topics.idOf(topic));
    this.#delivery = new Delivery({
      listener: parts.listener,
      membership: parts.membership,
      guard: this.#guard,
      group: () => this.#group,
    });
    this.#topics = new SubscribedTopics({
      watch: parts.topics,
      membership: parts.membership,
      partitions: () => this.#partitions(),
      pause: (partitions) => this.pause(partitions),
      resume: (partitions) => this.resume(partitions),
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
        mustJoin: () => parts.membership.isOut || this.#topics.mustRejoin,
        canGoOnWithout: () => this.#topics.canGoOnWithout(),
        maxWait: (group) =>
          options.maxWait *
          (group.paused().length > 0 || this.#topics.hasFailed ? 1 : UNPAUSED_WAIT_FACTOR),
      },
      partitions: {
        outOfRange: (partition) => {
          this.#whilePaused(partition, (group) => this.#guard.recover(group, partition));
        },
        unreadable: ({ topic }, error) => this.#topics.hold(topic, error),
        refused: ({ topic }, error) => this.#topics.holdIfOthers(topic, error),
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
        count: (topics) => this.#topics.countPartitions(topics),
      }),
      allowAutoTopicCreation: false,
      // A restart by kafkajs itself leaves a zombie in some cases (kafkajs #1443). The driver creates a new consumer instead.
      retry: { ...waitThroughOutages, restartOnFailure: () => Promise.resolve(false) },
    });
    // Elastic's and OpenTelemetry's instrumentation would open a second transaction per fetched batch. It has no switch.
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
    this.#consumer.on('consumer.start_batch_process', ({ payload }) => {
      this.#delivery.passed(payload);
    });
    const stopped = once(this.#ended, 'stopped');
    const { from } = this.parts.options;
    const topics = [...this.parts.topics.readable];
    const looks = setInterval(() => void this.#topics.look(), LOOK_INTERVAL).unref();
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics, fromBeginning: from === 'earliest' });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        // A partition that waits for capacity must not delay the others.
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
        eachBatch: (payload) => this.#delivery.deliver(payload),
      });
      await Promise.race([crashed, stopped]);
    } catch (error) {
      if (!this.#stopping) throw asError(error);
    } finally {
      clearInterval(looks);
      this.#topics.end();
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

  /** Resumes the partitions that neither the listener nor this session has paused. */
  resume(partitions: readonly TopicPartition[]): void {
    const { membership } = this.parts;
    const resumed = partitions.filter(
      (one) => !membership.isPaused(one) && !this.#topics.isHeld(one.topic),
    );
    this.#group?.resume(forKafkaJs(resumed));
  }

  /**
   * Moves partitions to other offsets. kafkajs reads from there with its next fetch, and discards the result of a fetch in
   * progress.
   */
  seek(positions: readonly Position[]): void {
    for (const position of positions) {
      const { topic, partition, offset } = position;
      this.#guard.moved(position);
      this.#group?.seek({ topic, partition, offset: String(offset) });
    }
  }

  /** Stops delivery by pausing all partitions. Heartbeats continue, so that `revoking` can still commit. */
  stopReceiving(): void {
    this.#stopping = true;
    this.pause(this.#partitions());
  }

  /**
   * Leaves the group and closes the consumer. First waits for a join in progress, because the consumer would otherwise survive its
   * stop (kafkajs #1593).
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
    await this.#topics.beforeJoin(group);
    await join();
    this.parts.onHeartbeat();
    await this.#topics.afterJoin(group);
    const assigned = await this.#unlessStopping(
      group,
      findAssigned(group, options.from, (topic) => topics.idOf(topic)),
    );
    const owned = assigned.map(({ topic, partition }) => ({ topic, partition }));
    this.parts.last.value = { owned, generation: group.generationId };
    const positions = membership.assign(assigned);
    await this.#guard.begin(group, assigned, positions);
    group.pause(forKafkaJs([...membership.paused, ...this.#topics.heldPartitions]));
    this.parts.onMember();
  }

  /** Pauses a partition until the work has ended. If the work fails, the next fetch starts it again. */
  #whilePaused(partition: TopicPartition, work: (group: ConsumerGroup) => Promise<void>): void {
    const group = this.#group;
    if (group === undefined) return;
    group.pause(forKafkaJs([partition]));
    work(group)
      .catch(() => pause(RETRY_DELAY))
      .finally(() => this.resume([partition]));
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

  /** The partitions that are assigned to this member. */
  #partitions(): readonly TopicPartition[] {
    return (this.#group?.assigned() ?? []).flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
  }

  #refuseIfStopping(): void {
    if (this.#stopping) throw stopped();
  }
}

function forKafkaJs(partitions: readonly TopicPartition[]): KafkaJsPartitions[] {
  return partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
}

/**
 * Makes sure that the consumer leaves the group only once. kafkajs would leave again when it disconnects, although the broker no
 * longer knows the member.
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

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
import { findStarts } from './group-offsets.js';
import type { ConsumerGroup, KafkaJsPartitions } from '../internals/internal-types.js';
import { asError, closed, toKafkaError } from '../kafka-errors.js';
import type { KafkaJsSettings } from '../options.js';
import type { Outage } from '../outage.js';
import { FetchedRecord } from './fetched-record.js';

const afterThrowingListener = 1_000;
/** How many partitions of one fetch are delivered concurrently. */
const CONCURRENT_PARTITIONS = 100;

export interface SessionParts {
  readonly settings: KafkaJsSettings;
  readonly options: ConsumerOptions;
  readonly listener: ConsumerListener;
  readonly membership: Membership;
  readonly outage: Outage;
  /** Called when the member has received its assignment. */
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
  #joining: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(private readonly parts: SessionParts) {
    const { settings, options, outage } = parts;
    this.#client = openClient(settings, {
      reached: () => {
        outage.reached();
      },
      failed: (error) => {
        outage.failed(toKafkaError(error, 'Connecting to Kafka'));
      },
      follower: {
        join: (group, join) => (this.#joining = this.#join(group, join)),
        mustJoin: () => parts.membership.isOut,
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
    const stopped = once(this.#ended, 'stopped');
    const { topics, from } = this.parts.options;
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' });
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

  resume(partitions: readonly TopicPartition[]): void {
    this.#group?.resume(forKafkaJs(partitions));
  }

  /**
   * Moves a partition to another offset. kafkajs reads from there with its next fetch, and discards the result of a fetch in
   * progress.
   */
  seek(positions: readonly Position[]): void {
    for (const { topic, partition, offset } of positions) {
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
    const { membership, options } = this.parts;
    this.#group = group;
    if (group.memberId === null) membership.lose();
    else await this.#revoke(group);
    this.#refuseIfStopping();
    await join();
    const starts = await this.#unlessStopping(group, findStarts(group, options.from));
    const positions = membership.assign(starts);
    for (const { topic, partition, start } of starts) {
      const offset = positions.get(keyOf({ topic, partition })) ?? start;
      group.seek({ topic, partition, offset: String(offset) });
    }
    group.pause(forKafkaJs(membership.paused));
    this.parts.onMember();
  }

  /** Sends heartbeats while the rejoin is waiting for the listener, because kafkajs sends none during that time. */
  async #revoke(group: ConsumerGroup): Promise<void> {
    const { membership, settings, options } = this.parts;
    if (membership.isOut) return;
    const heartbeat = setInterval(() => {
      const { groupId, memberId, generationId: groupGenerationId } = group;
      group.coordinator.heartbeat({ groupId, memberId, groupGenerationId }).catch(() => undefined);
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

  #partitions(): readonly TopicPartition[] {
    return (this.#group?.assigned() ?? []).flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
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
    let patience: ReturnType<ConsumerListener['records']>;
    try {
      patience = listener.records(partition, records);
    } catch (error) {
      // A TypeError out of this callback would end the consumer for good (kafkajs/src/retry).
      driverLogger.error(
        `Throughline could not accept records from ${keyOf(partition)}: ${sentenceOf(error)} The records will be redelivered.`,
      );
      await pause(afterThrowingListener);
      return;
    }
    if (!membership.isOut) payload.resolveOffset(batch.lastOffset());
    await patience;
  }
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

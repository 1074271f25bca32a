import { setTimeout as pause } from 'node:timers/promises';
import { settledWithin, ThroughlineError, within } from '#base';

import type { KafkaProducer, OutgoingRecord, ProducerOptions } from '../../../driver.js';
import { closed, unavailable } from '../../driver-errors.js';
import { logOutage } from '../../outages/log-outage.js';
import { keyOf } from '../../membership.js';
import { MissingTopics } from '../../outages/missing-topics.js';
import { partitionOf } from '../../murmur2.js';
import { Outage } from '../../outages/outage.js';
import { Cluster } from '../cluster/cluster.js';
import type { TopicMetadata } from '../cluster/metadata.js';
import { BrokerAnswer, toKafkaError } from '../errors.js';
import type { PlatformaticSettings } from '../options.js';
import { Identities } from './identity.js';
import { Outgoing, type Answer } from './outgoing-record.js';
import { PartitionQueue } from './partition-queue.js';
import { Sender, unknownAttempts } from './sender.js';
import { TopicDirectory } from './topic-directory.js';

const LEADER_NOT_AVAILABLE = 5;
const UNKNOWN_TOPIC_OR_PARTITION = 3;
const betweenLooks = 100;

/** An idempotent producer. A batch that is sent again because its response was lost is written only once. */
export class PlatformaticProducer implements KafkaProducer {
  readonly #outage: Outage;
  readonly #cluster: Cluster;
  readonly #topics: TopicDirectory;
  readonly #missing = new MissingTopics();
  readonly #sender: Sender;
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #sending = new Set<Promise<unknown>>();
  /** The next partition for records without a key. Producers start at different partitions. */
  #turn = Math.floor(Math.random() * 1_000);
  #closed: Promise<void> | undefined;

  constructor(
    private readonly settings: PlatformaticSettings,
    { compression = 'none' }: ProducerOptions,
    private readonly onClosed: () => void,
  ) {
    this.#outage = new Outage(logOutage('Producer', settings.brokers));
    this.#cluster = new Cluster(settings, {
      reached: () => {
        this.#outage.reached();
      },
      failed: (error) => {
        this.#outage.failed(error);
      },
    });
    this.#topics = new TopicDirectory(this.#cluster, settings.metadataMaxAge);
    this.#sender = new Sender({
      cluster: this.#cluster,
      topics: this.#topics,
      identities: new Identities(this.#cluster),
      missing: this.#missing,
      compression,
      requestTimeout: settings.requestTimeout,
    });
  }

  async send(records: readonly OutgoingRecord[]): Promise<readonly Answer[]> {
    if (this.#closed !== undefined) throw closed('producer');
    if (records.length === 0) return [];
    const answers: Answer[] = [];
    const sent = Promise.withResolvers<undefined>();
    let open = records.length;
    const settle = (index: number, answer: Answer): void => {
      answers[index] = answer;
      open -= 1;
      if (open === 0) sent.resolve(undefined);
    };
    const outgoing = records.flatMap((record, index) => {
      try {
        return [new Outgoing(record, (answer) => settle(index, answer))];
      } catch (reason) {
        settle(index, { status: 'rejected', reason });
        return [];
      }
    });
    for (const [topic, some] of Map.groupBy(outgoing, ({ record }) => record.topic)) {
      void this.#route(topic, some);
    }
    const sending = this.#untilSettled(sent.promise, outgoing);
    this.#sending.add(sending);
    await sending.finally(() => this.#sending.delete(sending));
    return answers;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await settledWithin(3_000, Promise.allSettled(this.#sending));
    this.#outage.end();
    this.#sender.close();
    this.#cluster.close();
    this.onClosed();
  }

  async #untilSettled(sent: Promise<undefined>, outgoing: readonly Outgoing[]): Promise<void> {
    const late = (): Error => unavailable('Sending', this.#outage.reason);
    try {
      await within(this.settings.sendTimeout, sent, late);
    } catch {
      const reason = late();
      for (const record of outgoing) record.failed(reason);
    }
  }

  /** Chooses the partitions of records for one topic, and adds them to the queues of these partitions. */
  async #route(topic: string, records: readonly Outgoing[]): Promise<void> {
    try {
      const metadata = await this.#find(topic, records);
      if (metadata === undefined) return; // all records were given up
      const { partitions } = metadata;
      const available = partitions.flatMap(({ leader }, index) => (leader < 0 ? [] : [index]));
      const chosen = Map.groupBy(records, ({ record: { partition, key } }) => {
        if (partition !== undefined) return partition;
        if (key !== null) return partitionOf(key, partitions.length);
        this.#turn += 1;
        return available.length > 0
          ? (available[this.#turn % available.length] ?? 0)
          : this.#turn % partitions.length;
      });
      for (const [partition, some] of chosen) {
        if (partition < partitions.length) this.#enqueue(topic, partition, some);
        else void this.#routeToNew(topic, partition, some);
      }
    } catch (error) {
      const reason = toKafkaError(error, `Sending to ${topic}`);
      for (const record of records) record.failed(reason);
    }
  }

  /** Reads the metadata again for an unknown partition, which may have been added to the topic a moment ago. */
  async #routeToNew(topic: string, partition: number, records: readonly Outgoing[]): Promise<void> {
    for (let attempt = 1; attempt < unknownAttempts; attempt += 1) {
      await pause(betweenLooks);
      await this.#topics.refresh(topic).catch(() => undefined);
      if (partition < (this.#topics.known(topic)?.partitions.length ?? 0)) {
        this.#enqueue(topic, partition, records);
        return;
      }
    }
    const reason = new ThroughlineError(
      'TL_KAFKA_TOPIC_MISSING',
      `Sending to ${topic} failed: the topic has no partition ${partition}.`,
      { errorClass: 'refused' },
    );
    for (const record of records) record.failed(reason);
  }

  /**
   * Finds a topic. Throws if it is missing or denied. Returns `undefined` if all records were given up because no broker responded
   * in time.
   */
  async #find(topic: string, records: readonly Outgoing[]): Promise<TopicMetadata | undefined> {
    let answers = 0;
    while (this.#closed === undefined && records.some(({ isSettled }) => !isSettled)) {
      try {
        const found = await this.#topics.find(topic);
        if (found.error === 0 && found.partitions.length > 0) return found;
        answers += 1;
        if (found.error === UNKNOWN_TOPIC_OR_PARTITION) this.#refuseIfMissing(topic, answers);
        else if (found.error !== LEADER_NOT_AVAILABLE) throw new BrokerAnswer(found.error);
      } catch (error) {
        const reason = toKafkaError(error, `Sending to ${topic}`);
        if (reason.errorClass !== 'unavailable' || isMissing(error)) throw reason;
      }
      await pause(betweenLooks);
    }
    return undefined;
  }

  #refuseIfMissing(topic: string, answers: number): void {
    const errorClass = this.#missing.missing(topic);
    if (errorClass === 'unavailable' && answers < unknownAttempts) return;
    throw toKafkaError(
      new BrokerAnswer(UNKNOWN_TOPIC_OR_PARTITION),
      `Sending to ${topic}`,
      errorClass,
    );
  }

  #enqueue(topic: string, partition: number, records: readonly Outgoing[]): void {
    const key = keyOf({ topic, partition });
    const queue = this.#queues.get(key) ?? new PartitionQueue(topic, partition);
    this.#queues.set(key, queue);
    queue.add(records);
    this.#sender.add(queue);
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof ThroughlineError && error.code === 'TL_KAFKA_TOPIC_MISSING';

import { createHash, randomUUID } from 'node:crypto';
import {
  Kafka,
  logLevel,
  Partitioners,
  type Admin,
  type IHeaders,
  type Message,
  type Producer,
} from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { jobSchema, type Job } from '../../worker/job.js';
import type { TestChannel } from './test-channel.js';
import { TransactionalProducer } from './transactional-producer.js';
import type { DeadLetter } from '../ledger/result.js';

const PER_REQUEST = 1_000;
const KNOWN_WITHIN = 120_000;

/** A row's topic, its group and its dead letters, through kafkajs only. */
export class KafkaTestChannel implements TestChannel {
  readonly #kafka: Kafka;
  #admin: Admin;
  #producer: Producer;

  constructor(
    private readonly address: string,
    readonly channel: string,
    private readonly group: string,
    private readonly partitions: number,
  ) {
    this.#kafka = new Kafka({
      brokers: address.split(','),
      clientId: 'faults',
      logLevel: logLevel.NOTHING,
      retry: { retries: 60, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
    this.#admin = this.#kafka.admin();
    this.#producer = this.#newProducer();
  }

  /** Another topic of the same group. */
  sibling(channel: string): KafkaTestChannel {
    return new KafkaTestChannel(this.address, channel, this.group, this.partitions);
  }

  async open(): Promise<void> {
    await this.#admin.connect();
    await this.#create(this.channel, this.partitions);
    await this.#create(`${this.channel}.${this.group}.retry`, 1);
    await this.makeDeadLetterChannel();
  }

  /** Creates the topics in a cluster that has lost them. kafkajs' clients would keep asking for those that they know. */
  async reopen(): Promise<void> {
    await this.close();
    this.#admin = this.#kafka.admin();
    this.#producer = this.#newProducer();
    await this.open();
  }

  #newProducer(): Producer {
    return this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  /** Deletes the topic and creates it again. */
  async recreate(): Promise<void> {
    await this.delete();
    await this.#create(this.channel, this.partitions);
  }

  /** Deletes the topic. A broker deletes in the background. */
  async delete(): Promise<void> {
    await this.#admin.deleteTopics({ topics: [this.channel] });
    while ((await this.#admin.listTopics()).includes(this.channel)) await pause(50);
  }

  /** The offsets after the last records, by partition. */
  async ends(): Promise<ReadonlyMap<number, number>> {
    const edges = await onceKnown(() => this.#admin.fetchTopicOffsets(this.channel));
    return new Map(edges.map(({ partition, high }) => [partition, Number(high)]));
  }

  /** Replaces the group's commits, as `kafka-consumer-groups --reset-offsets` does, once the group has no members. */
  async resetTo(offsets: ReadonlyMap<number, number>): Promise<void> {
    const partitions = [...offsets].map(([partition, offset]) => ({
      partition,
      offset: String(offset),
    }));
    while (!(await this.#isGroupEmpty())) await pause(100);
    await this.#admin.setOffsets({ groupId: this.group, topic: this.channel, partitions });
  }

  async #isGroupEmpty(): Promise<boolean> {
    const { groups } = await this.#admin.describeGroups([this.group]);
    return groups.every(({ state }) => state === 'Empty' || state === 'Dead');
  }

  /** A producer that writes to this topic in transactions. */
  transactionalProducer(): Promise<TransactionalProducer> {
    return TransactionalProducer.open(this.#kafka, (jobs) =>
      [...Map.groupBy(jobs, ({ key }) => partitionOf(key, this.partitions))].map(
        ([partition, some]) => ({ topic: this.channel, messages: messagesOf(partition, some) }),
      ),
    );
  }

  /**
   * Each request is for one partition. If a request goes to several leaders and a partition's leader moves to a broker that has
   * already answered, kafkajs reports success although it has skipped that partition's records (sendMessages.js).
   */
  async send(jobs: readonly Job[]): Promise<void> {
    await this.#producer.connect();
    const byPartition = Map.groupBy(jobs, ({ key }) => partitionOf(key, this.partitions));
    await Promise.all([...byPartition].map(([partition, some]) => this.#sendTo(partition, some)));
  }

  async #sendTo(partition: number, jobs: readonly Job[]): Promise<void> {
    for (let at = 0; at < jobs.length; at += PER_REQUEST) {
      const messages = messagesOf(partition, jobs.slice(at, at + PER_REQUEST));
      await onceKnown(() => this.#producer.send({ topic: this.channel, messages }));
    }
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    const expected = await this.deadLetterCount();
    if (expected === 0) return [];
    const deadLetters: DeadLetter[] = [];
    const consumer = this.#kafka.consumer({ groupId: `reader-${randomUUID()}` });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    try {
      await onceKnown(() =>
        consumer.subscribe({ topic: this.#deadLetterTopic, fromBeginning: true }),
      );
      await consumer.run({
        autoCommit: false,
        eachMessage: ({ message: { value, headers } }) => {
          const job = jobSchema.parse(JSON.parse(value?.toString('utf8') ?? ''));
          deadLetters.push({ id: job.id, header: headerIn(headers) });
          if (deadLetters.length >= expected) resolve(undefined);
          return Promise.resolve();
        },
      });
      await promise;
    } finally {
      await consumer.disconnect();
    }
    return deadLetters;
  }

  async deadLetterCount(): Promise<number> {
    const edges = await onceKnown(() => this.#admin.fetchTopicOffsets(this.#deadLetterTopic));
    return edges.reduce((sum, { high }) => sum + Number(high), 0);
  }

  async left(): Promise<number> {
    const committed = await this.committed();
    const edges = await onceKnown(() => this.#admin.fetchTopicOffsets(this.channel));
    return edges.reduce(
      (sum, { partition, high, low }) =>
        sum + Number(high) - Math.max(committed.get(partition) ?? 0, Number(low)),
      0,
    );
  }

  /** The group's committed offsets by partition. A partition without a commit has -1. */
  async committed(): Promise<ReadonlyMap<number, number>> {
    const [offsets] = await onceKnown(() =>
      this.#admin.fetchOffsets({ groupId: this.group, topics: [this.channel] }),
    );
    return new Map(
      offsets?.partitions.map(({ partition, offset }) => [partition, Number(offset)] as const),
    );
  }

  async removeDeadLetterChannel(): Promise<void> {
    await this.#admin.deleteTopics({ topics: [this.#deadLetterTopic] });
  }

  async makeDeadLetterChannel(): Promise<void> {
    await this.#create(this.#deadLetterTopic, 1);
  }

  async close(): Promise<void> {
    await Promise.all([this.#admin.disconnect(), this.#producer.disconnect()]);
  }

  get #deadLetterTopic(): string {
    return `${this.channel}.${this.group}.dlq`;
  }

  /** Polls until the topic has its leaders, because kafkajs' own wait fails if a broker learns of the topic late. */
  async #create(topic: string, numPartitions: number): Promise<void> {
    await onceKnown(() =>
      this.#admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: false }),
    );
    await onceKnown(() => this.#admin.fetchTopicOffsets(topic));
  }
}

/**
 * Does this once each topic that was made is known to the broker that is asked: of several brokers one may hear of it later, and
 * kafkajs asks any of them for all that it has met so far, and does not wait. Of what fails so nothing was done, since a request
 * is for one topic, or one partition.
 */
async function onceKnown<T>(work: () => Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(KNOWN_WITHIN);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isProtocols = error instanceof Error && error.name === 'KafkaJSProtocolError';
      if (!isProtocols || late.aborted) throw error;
      await pause(100);
    }
  }
}

/** Any function that always maps a key to the same partition will do. */
const partitionOf = (key: string, partitions: number): number =>
  createHash('md5').update(key).digest().readUInt32BE() % partitions;

const messagesOf = (partition: number, jobs: readonly Job[]): Message[] =>
  jobs.map((job) => ({ partition, key: job.key, value: JSON.stringify(job) }));

const headerIn = (headers: IHeaders | undefined): string => {
  const header = headers?.['dead-letter'];
  return header === undefined ? '' : header.toString();
};

import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

import { startKafka, type Broker } from '#brokers';
import { ConsumerRecorder, createTopics } from 'throughline/conformance';
import type { ConsumerOptions, KafkaConsumer, KafkaDriver } from '../../driver.js';
import type { PlatformaticOptions } from './options.js';
import { platformatic } from './platformatic.js';

export interface Member {
  readonly consumer: KafkaConsumer;
  readonly recorder: ConsumerRecorder;
}

/** A broker of its own, which a test may stop, and members of groups on it. */
export class FaultFixture {
  readonly driver: KafkaDriver;
  /** Another client, which makes what the driver reads. */
  readonly kafka: Kafka;
  topic = '';
  #members: Member[] = [];
  #drivers: KafkaDriver[] = [];

  private constructor(readonly broker: Broker) {
    this.driver = platformatic({ brokers: [broker.address] });
    this.kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
  }

  static async open(): Promise<FaultFixture> {
    return new FaultFixture(await startKafka());
  }

  /** Stops all members, and returns how their listeners were called against the contract. */
  async reset(): Promise<readonly string[]> {
    const members = this.#members;
    await Promise.all(this.#drivers.map((one) => one.close()));
    this.#members = [];
    this.#drivers = [];
    return members.flatMap(({ recorder }) => recorder.violations);
  }

  async close(): Promise<void> {
    await this.driver.close();
    await this.broker.stop();
  }

  /** Creates a topic, which is from now on the one that is used. */
  async withTopic(partitions = 1): Promise<string> {
    this.topic = `t-${randomUUID()}`;
    await createTopics(this.driver, [{ name: this.topic, partitions }]);
    return this.topic;
  }

  member(
    options: Partial<ConsumerOptions> = {},
    driverOptions: Partial<PlatformaticOptions> = {},
  ): Member {
    const recorder = new ConsumerRecorder();
    const brokers = [this.broker.address];
    const driver = platformatic({ brokers, metadataMaxAge: 1_000, ...driverOptions });
    const consumer = driver.consumer(
      {
        group: `g-${this.topic}`,
        topics: [this.topic],
        from: 'earliest',
        sessionTimeout: 6_000,
        heartbeatInterval: 500,
        maxWait: 200,
        maxBytesPerPartition: 131_072,
        ...options,
      },
      recorder,
    );
    const member = { consumer, recorder };
    this.#members.push(member);
    this.#drivers.push(driver);
    return member;
  }

  async started(...args: Parameters<FaultFixture['member']>): Promise<Member> {
    const member = this.member(...args);
    await member.consumer.start();
    return member;
  }

  /** Sends records to the first partition. */
  async send(count: number, topic = this.topic, from = 0): Promise<void> {
    const producer = this.driver.producer();
    const answers = await producer.send(
      Array.from({ length: count }, (_, at) => ({
        topic,
        key: null,
        value: `r${from + at}`,
        headers: {},
        partition: 0,
      })),
    );
    await producer.close();
    const [failed] = answers.filter((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async admin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const client = this.kafka.admin();
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.disconnect();
    }
  }

  /** Deletes the records of the first partition below an offset, as retention does. */
  async deleteBefore(offset: number): Promise<void> {
    const { Connection, deleteRecordsV2 } = await import('@platformatic/kafka');
    const connection = new Connection('test');
    await connection.connect('127.0.0.1', this.broker.port);
    const partitions = [{ partitionIndex: 0, offset: BigInt(offset) }];
    await deleteRecordsV2.api.async(connection, [{ name: this.topic, partitions }], 5_000);
    await connection.close();
  }
}

export const offsetsOf = ({ recorder }: Member): readonly number[] =>
  recorder.seen.map(({ offset }) => offset);

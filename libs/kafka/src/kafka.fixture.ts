import { randomUUID } from 'node:crypto';
import {
  DEAD_LETTER_HEADER,
  type HandlerSpec,
  type StoredDeadLetter,
  type RedrivePlan,
} from 'throughline/transport';
import { topic as channelOf, type TopicHandlerOptions } from './channel.js';
import { z } from 'zod';
import { KafkaConnection } from './connection.js';
import { aContext } from './context.fixture.js';
import type { KafkaDriver, KafkaRecord, OutgoingRecord } from './driver.js';
import { ConsumerRecorder } from 'throughline/conformance';
import type { KafkaOptions } from './options.js';

const encoder = new TextEncoder();

/** A topic, its dead-letter topic and its retry topic, on any driver. */
export class KafkaFixture {
  readonly deadLetters: string;
  readonly retries: string;
  readonly redriveGroup: string;
  readonly handler: HandlerSpec<TopicHandlerOptions>;

  /** For topics that exist already. */
  constructor(
    readonly driver: KafkaDriver,
    readonly topic: string,
    readonly group: string,
  ) {
    this.deadLetters = `${topic}.${group}.dlq`;
    this.retries = `${topic}.${group}.retry`;
    this.redriveGroup = `${group}.redrive`;
    this.handler = {
      channel: channelOf(topic, { schema: z.unknown() }),
      options: { group, deadLetter: true },
      name: 'OrderAudit.record',
    };
  }

  static async open(driver: KafkaDriver, partitions = 1, group?: string): Promise<KafkaFixture> {
    const name = randomUUID().slice(0, 8);
    const fixture = new KafkaFixture(driver, `orders-${name}`, group ?? `audit-${name}`);
    await driver.create(
      [fixture.topic, fixture.deadLetters, fixture.retries].map((name) => ({ name, partitions })),
    );
    return fixture;
  }

  connection(options: Partial<KafkaOptions> = {}): KafkaConnection {
    return new KafkaConnection(this.driver, options, aContext('orders'));
  }

  plan(plan: Partial<RedrivePlan> = {}): RedrivePlan {
    return {
      handler: this.handler,
      from: this.deadLetters,
      to: 'handler',
      wants: () => true,
      isDry: false,
      turn: () => Promise.resolve(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...plan,
    };
  }

  /** Stores dead letters numbered 0, 1, 2 …, distributed over the partitions in turn. */
  async storeDeadLetters(count: number, partitions = 1, first = 0): Promise<void> {
    await this.write(
      Array.from({ length: count }, (_, index) => ({
        topic: this.deadLetters,
        key: encoder.encode(`key-${first + index}`),
        value: encoder.encode(String(first + index)),
        headers: { [DEAD_LETTER_HEADER]: '{"reason":"exhausted"}', own: Buffer.from([0, 255]) },
        partition: index % partitions,
      })),
    );
  }

  /** Sends messages numbered 0, 1, 2 …, distributed over the partitions in turn. */
  async send(name: string, count: number, partitions = 1): Promise<void> {
    await this.write(
      upTo(count).map((at) => ({
        topic: name,
        key: `key-${at}`,
        value: encoder.encode(String(at)),
        headers: {},
        partition: at % partitions,
      })),
    );
  }

  async write(records: readonly OutgoingRecord[]): Promise<void> {
    const producer = this.driver.producer();
    for (let at = 0; at < records.length; at += 1_000) {
      const answers = await producer.send(records.slice(at, at + 1_000));
      const refused = answers.find(({ status }) => status === 'rejected');
      if (refused?.status === 'rejected') throw refused.reason;
    }
    await producer.close();
  }

  /** How many records a topic has now. */
  async count(name: string): Promise<number> {
    const ends = await this.driver.offsets(name, 'latest');
    const starts = await this.driver.offsets(name, 'earliest');
    return [...ends].reduce((sum, [at, end]) => sum + end - (starts.get(at) ?? 0), 0);
  }

  /** All records that a topic has now. */
  async read(name: string): Promise<readonly KafkaRecord[]> {
    const count = await this.count(name);
    if (count === 0) return [];
    const recorder = new ConsumerRecorder();
    const consumer = this.driver.consumer(
      {
        group: `reader-${randomUUID()}`,
        topics: [name],
        from: 'earliest',
        sessionTimeout: 10_000,
        heartbeatInterval: 1_000,
        maxWait: 100,
        maxBytesPerPartition: 1_048_576,
      },
      recorder,
    );
    await consumer.start();
    await recorder.until(`${count} records of ${name}`, () => recorder.seen.length >= count);
    await consumer.stop();
    return recorder.seen;
  }

  /** The numbers of the redriven dead letters, in order. */
  async redelivered(name = this.retries): Promise<readonly number[]> {
    return (await this.read(name)).map(numberOf).toSorted((a, b) => a - b);
  }
}

export const numberOf = ({ value }: Pick<KafkaRecord, 'value'>): number =>
  Number(Buffer.from(value ?? '').toString());

/** The number of a dead letter that a plan is asked about. */
export const numberIn = ({ raw }: StoredDeadLetter): number => numberOf({ value: raw });

export const upTo = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, number) => number);

/** A driver that reports how many partitions its consumers are assigned. */
export function assignmentsOf(
  driver: KafkaDriver,
  onAssigned: (partitions: number) => void,
): KafkaDriver {
  return {
    ...driver,
    consumer: (options, listener) =>
      driver.consumer(options, {
        assigned: (partitions) => {
          const positions = listener.assigned(partitions);
          onAssigned(partitions.length);
          return positions;
        },
        records: (partition, records) => listener.records(partition, records),
        revoking: () => listener.revoking(),
        skipped: (from, to) => listener.skipped(from, to),
        logChanged: (partition, change) => listener.logChanged(partition, change),
        topicFailed: (topic, error) => listener.topicFailed(topic, error),
        topicRecovered: (topic) => listener.topicRecovered(topic),
        lost: (how) => listener.lost(how),
        down: (error) => listener.down(error),
        up: () => listener.up(),
      }),
  };
}

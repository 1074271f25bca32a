import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import type {
  ConsumerOptions,
  KafkaConsumer,
  KafkaDriver,
  KafkaProducer,
  OutgoingRecord,
  Position,
} from 'throughline/kafka';
import { createTopics } from './create-topics.js';
import { ConsumerRecorder, type Reactions } from './recorder.js';

export interface OpenDriver {
  readonly driver: KafkaDriver;
  close(): Promise<void>;
}

export interface MemberOptions extends Partial<ConsumerOptions> {
  readonly reactions?: Reactions;
}

export interface FixtureMember {
  readonly consumer: KafkaConsumer;
  readonly recorder: ConsumerRecorder;
}

/** The topic, the group and the members of one test case on a driver. */
export class DriverFixture {
  readonly topic = `t-${randomUUID()}`;
  readonly group = `g-${randomUUID()}`;
  readonly producer: KafkaProducer;
  readonly #members: FixtureMember[] = [];

  private constructor(readonly driver: KafkaDriver) {
    this.producer = driver.producer();
  }

  /**
   * Runs a test case on a topic with so many partitions, stops its members, and checks the order of the events of every listener.
   */
  static async run(
    open: OpenDriver | undefined,
    partitions: number,
    testCase: (fixture: DriverFixture) => Promise<void>,
  ): Promise<void> {
    assert(open, 'the driver was opened');
    const fixture = new DriverFixture(open.driver);
    await createTopics(fixture.driver, [{ name: fixture.topic, partitions }]);
    try {
      await testCase(fixture);
    } finally {
      await Promise.all(fixture.#members.map(({ consumer }) => consumer.stop()));
      await fixture.producer.close();
    }
    for (const { recorder } of fixture.#members) assert.deepEqual(recorder.violations, []);
  }

  member({ reactions, ...options }: MemberOptions = {}): FixtureMember {
    const recorder = new ConsumerRecorder(reactions);
    const consumer = this.driver.consumer(
      {
        group: this.group,
        topics: [this.topic],
        from: 'earliest',
        sessionTimeout: 30_000,
        heartbeatInterval: 300,
        maxWait: 100,
        maxBytesPerPartition: 131_072,
        ...options,
      },
      recorder,
    );
    const member = { consumer, recorder };
    this.#members.push(member);
    return member;
  }

  async started(options: MemberOptions = {}): Promise<FixtureMember> {
    const member = this.member(options);
    await member.consumer.start();
    return member;
  }

  async send(...records: readonly Partial<OutgoingRecord>[]): Promise<readonly Position[]> {
    const answers = await this.producer.send(records.map((record) => this.record(record)));
    return answers.map((answer) => {
      if (answer.status === 'rejected') throw answer.reason;
      return answer.value;
    });
  }

  /** Sends each text as a value, distributed over the partitions in turn. */
  async sendTexts(texts: readonly string[], partitions = 1): Promise<void> {
    await this.send(
      ...texts.map((text, at) => ({ value: Buffer.from(text), partition: at % partitions })),
    );
  }

  record(record: Partial<OutgoingRecord>): OutgoingRecord {
    return { topic: this.topic, key: null, value: Buffer.from('value'), headers: {}, ...record };
  }
}

export function texts(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`);
}

export async function rejectsWith(code: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.equal((error as { code?: string }).code, code, String(error));
    return true;
  });
}

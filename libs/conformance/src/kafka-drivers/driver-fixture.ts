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
import { ConsumerRecorder, type Reactions } from './recorder.js';

export interface OpenDriver {
  readonly driver: KafkaDriver;
  close(): Promise<void>;
}

export interface MemberOptions extends Partial<ConsumerOptions> {
  readonly reactions?: Reactions;
}

export interface StagedMember {
  readonly consumer: KafkaConsumer;
  readonly recorder: ConsumerRecorder;
}

/** One test's topics, groups and members on a driver, and their end. */
export class Stage {
  readonly topic = `t-${randomUUID()}`;
  readonly group = `g-${randomUUID()}`;
  readonly producer: KafkaProducer;
  readonly #members: StagedMember[] = [];

  private constructor(readonly driver: KafkaDriver) {
    this.producer = driver.producer();
  }

  /** Runs the play on a topic with so many partitions, and sees to it that every listener was told in order. */
  static async play(
    open: OpenDriver | undefined,
    partitions: number,
    play: (stage: Stage) => Promise<void>,
  ): Promise<void> {
    assert(open, 'the driver was opened');
    const stage = new Stage(open.driver);
    await stage.driver.create([{ name: stage.topic, partitions }]);
    try {
      await play(stage);
    } finally {
      await Promise.all(stage.#members.map(({ consumer }) => consumer.stop()));
      await stage.producer.close();
    }
    for (const { recorder } of stage.#members) assert.deepEqual(recorder.violations, []);
  }

  member({ reactions, ...options }: MemberOptions = {}): StagedMember {
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

  async started(options: MemberOptions = {}): Promise<StagedMember> {
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

  /** Sends each text as a value, spread over the partitions in turn. */
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

import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import {
  reasonOf,
  type Settlement,
  type Sink,
  type Source,
  type SourceFeatures,
} from 'throughline';
import { KafkaArrival, type Order } from './arrival.js';
import { Committer } from './committer.js';
import type {
  AssignedPartition,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  KafkaDriver,
  KafkaRecord,
  Position,
  TopicPartition,
} from './driver.js';
import { watchEventLoop } from './event-loop-watch.js';
import { Partition, shardName } from './partition.js';

const AHEAD = { max: 2_000, resume: 1_000 };
/** How long a rebalance waits for handlers, in milliseconds; whoever takes longer is run again by the next owner. */
const LAST_WORK_WITHIN = 3_000;
const SETTLE = { size: 1_000, within: 5 };

/** What a source knows of each of its topics. */
export interface TopicPlan {
  /** The logical name. */
  readonly channel: string;
  readonly order: Order;
}

/** What a group's source is made of. */
export interface KafkaSourceParts {
  readonly driver: KafkaDriver;
  readonly consumer: ConsumerOptions;
  /** By Kafka's name of the topic. */
  readonly plans: ReadonlyMap<string, TopicPlan>;
  readonly quiet: <R>(clientCall: () => R) => R;
  /** Before the group is joined: makes topics where that was asked for. */
  readonly prepare: () => Promise<void>;
}

/** A consumer group as a source: what is done is committed, partitions without room are paused, and order is the lanes'. */
export class KafkaSource implements Source<KafkaArrival>, ConsumerListener {
  readonly features: SourceFeatures = { retry: 'lane', ahead: AHEAD, settle: SETTLE };
  readonly #parts: KafkaSourceParts;
  readonly #consumer: KafkaConsumer;
  readonly #committer: Committer;
  readonly #partitions = new Map<string, Partition>();
  readonly #log = new Logger('Throughline');
  #sink: Sink<KafkaArrival> | undefined;
  #isQuiet = false;
  #endWatch: () => void = () => undefined;

  constructor(parts: KafkaSourceParts) {
    const consumer = parts.quiet(() => parts.driver.consumer(parts.consumer, this));
    this.#parts = parts;
    this.#consumer = consumer;
    this.#committer = new Committer(
      () => this.#partitions.values(),
      (commits) => parts.quiet(() => consumer.commit(commits)),
      (partitions) => partitions.forEach((partition) => this.#holdOrResume(partition)),
    );
  }

  async start(sink: Sink<KafkaArrival>): Promise<void> {
    this.#sink = sink;
    sink.onRoom((name) => {
      const partition = this.#partitions.get(name);
      if (partition !== undefined) this.#holdOrResume(partition);
    });
    const { sessionTimeout, group } = this.#parts.consumer;
    this.#endWatch();
    this.#endWatch = watchEventLoop(sessionTimeout, group);
    await this.#parts.prepare();
    if (this.#isQuiet) return; // a stop came meanwhile
    await this.#parts.quiet(() => this.#consumer.start());
  }

  settle(entries: readonly Settlement<KafkaArrival>[]): Promise<void> {
    let done = 0;
    for (const { arrival, outcome } of entries) {
      if (outcome.kind !== 'ack') continue;
      arrival.partition.ledger.done(arrival.offset);
      done += 1;
    }
    if (done > 0) this.#committer.count(done);
    return Promise.resolve();
  }

  note({ partition, offset }: KafkaArrival, failures: number): void {
    partition.ledger.failed(offset, failures);
    this.#committer.count(1);
  }

  quiesce(): Promise<void> {
    this.#isQuiet = true;
    this.#consumer.pause([...this.#partitions.values()].map(({ id }) => id));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#committer.commitNow();
    this.#committer.close();
    this.#endWatch();
    await this.#parts.quiet(() => this.#consumer.stop());
  }

  // What the consumer tells.

  assigned(assigned: readonly AssignedPartition[]): readonly Position[] {
    const names = new Set(assigned.map(shardName));
    this.#leave([...this.#partitions.values()].filter(({ shard }) => !names.has(shard.name)));
    const retained = assigned.flatMap((partition) => this.#takeOver(partition));
    if (this.#isQuiet) this.#consumer.pause(assigned);
    this.#sink?.goOn();
    return retained;
  }

  records(id: TopicPartition, records: readonly KafkaRecord[]): void {
    const partition = this.#partitions.get(shardName(id));
    const plan = this.#parts.plans.get(id.topic);
    if (partition === undefined || plan === undefined || this.#isQuiet) return;
    const now = Date.now();
    const arrivals: KafkaArrival[] = [];
    for (const record of records) {
      if (record.offset < partition.ledger.next) continue; // read again after a rebalance
      if (!partition.ledger.begin(record.offset)) continue; // done before a crash or a rebalance
      arrivals.push(new KafkaArrival(record, partition, now, plan.order));
    }
    this.#sink?.deliver(arrivals);
    this.#holdOrResume(partition);
  }

  /** What is at work gets the time to end, so that it is committed before somebody else begins with it. */
  async revoking(): Promise<void> {
    const held = this.#sink?.hold();
    await Promise.race([held, pause(LAST_WORK_WITHIN, undefined, { ref: false })]);
    await this.#committer.commitNow();
  }

  lost(): void {
    this.#log.warn(
      `The group "${this.#parts.consumer.group}" has lost its partitions; what was at work may come again.`,
    );
  }

  down(error: Error): void {
    this.#log.warn(
      `Kafka is away (${reasonOf(error)}); the group "${this.#parts.consumer.group}" waits for it.`,
    );
  }

  up(): void {
    this.#log.log(`Kafka answers again; the group "${this.#parts.consumer.group}" goes on.`);
  }

  /** What was ours and still is goes on where it was; the position tells the driver to read nothing twice. */
  #takeOver({ committed, ...id }: AssignedPartition): readonly Position[] {
    const name = shardName(id);
    const before = this.#partitions.get(name);
    if (before !== undefined && (committed?.offset ?? 0) <= before.ledger.committable) {
      return [{ ...id, offset: before.ledger.next }];
    }
    if (before !== undefined) this.#leave([before]); // someone else has gone on from there meanwhile
    const channel = this.#parts.plans.get(id.topic)?.channel ?? id.topic;
    this.#partitions.set(name, new Partition(id, channel, committed));
    return [];
  }

  #leave(partitions: readonly Partition[]): void {
    for (const partition of partitions) {
      partition.leave();
      this.#partitions.delete(partition.shard.name);
    }
    this.#sink?.drop(partitions.map(({ shard }) => shard));
  }

  /** Reads on where there is room: in the lanes, and in the commit's word. */
  #holdOrResume(partition: Partition): void {
    if (this.#isQuiet) return;
    const isFull = partition.isCrowded || (this.#sink?.room(partition.shard) ?? 0) <= 0;
    if (isFull === partition.isPaused) return;
    partition.isPaused = isFull;
    if (isFull) this.#consumer.pause([partition.id]);
    else this.#consumer.resume([partition.id]);
  }
}

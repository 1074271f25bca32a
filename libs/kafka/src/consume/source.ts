import { setTimeout as pause } from 'node:timers/promises';
import {
  BlockedWatch,
  type HealthReports,
  type SeekTarget,
  type Settlement,
  type Sink,
  type Source,
  type SourceFeatures,
  type SourceState,
} from 'throughline/transport';
import { sentenceOf, OwnLog } from '#base';
import { KafkaInbound, type Order } from './inbound-message.js';
import { Committer } from './progress/committer.js';
import type {
  AssignedPartition,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  KafkaDriver,
  KafkaRecord,
  Position,
  TopicPartition,
} from '../driver.js';
import { watchEventLoop } from './event-loop-watch.js';
import { notReading } from '../errors/failures.js';
import { firstStep, takeRest } from './fetch-steps.js';
import { lagOf } from './progress/lag.js';
import { Partition, partitionName } from './partition.js';
import { seekOffsets, commitSeek } from './seek.js';
import { GroupStatus } from './group-status.js';
import type { TopicPlans } from './topic-plan.js';

const AHEAD = { max: 2_000, resume: 1_000 };
/** How long a rebalance waits for handlers, in milliseconds. A message that takes longer is redelivered to the next owner. */
const REVOKE_TIMEOUT = 3_000;
const RETRY_DELAY = 1_000;
/**
 * Settling only records progress for the next commit. Waiting to collect more messages would need a timer, which would cost a
 * single message more than everything else.
 */
const SETTLE = { size: 1, within: 0 };

/** The dependencies of a consumer group's source. */
export interface KafkaSourceParts {
  readonly driver: KafkaDriver;
  readonly consumer: ConsumerOptions;
  readonly plans: TopicPlans;
  readonly suppress: <R>(clientCall: () => R) => R;
  /** Reports a blocked group. */
  readonly health: HealthReports;
  /** Prepares the topics before the group is joined, and creates missing topics if configured. */
  readonly prepare: () => Promise<void>;
}

/** A consumer group's member as a source. It commits processed messages, pauses full partitions, and leaves ordering to the lanes. */
export class KafkaSource implements Source<KafkaInbound>, ConsumerListener {
  readonly features: SourceFeatures = { retry: 'lane', ahead: AHEAD, settle: SETTLE };
  readonly #parts: KafkaSourceParts;
  readonly #consumer: KafkaConsumer;
  readonly #committer: Committer;
  readonly #partitions = new Map<string, Partition>();
  readonly #groupStatus: GroupStatus;
  readonly #log = new OwnLog('Throughline');
  #sink: Sink<KafkaInbound> | undefined;
  #isStopping = false;
  #endWatch: () => void = () => undefined;

  constructor(parts: KafkaSourceParts) {
    const consumer = parts.suppress(() => parts.driver.consumer(parts.consumer, this));
    this.#parts = parts;
    const { group } = parts.consumer;
    this.#groupStatus = new GroupStatus(
      group,
      new BlockedWatch(parts.health, `consumer group "${group}"`),
    );
    this.#consumer = consumer;
    this.#committer = new Committer(
      () => this.#partitions.values(),
      (commits) => parts.suppress(() => consumer.commit(commits)),
      (partitions) => partitions.forEach((partition) => this.#pauseOrResume(partition)),
    );
  }

  async start(sink: Sink<KafkaInbound>): Promise<void> {
    this.#sink = sink;
    sink.onCapacity((name) => {
      const partition = this.#partitions.get(name);
      if (partition !== undefined) this.#pauseOrResume(partition);
    });
    const { sessionTimeout, group } = this.#parts.consumer;
    this.#endWatch();
    this.#endWatch = watchEventLoop(sessionTimeout, group);
    await this.#parts.prepare();
    if (this.#isStopping) return; // stopped while it prepared
    await this.#parts.suppress(() => this.#consumer.start());
  }

  settle(entries: readonly Settlement<KafkaInbound>[]): undefined {
    let done = 0;
    for (const { inbound, outcome } of entries) {
      if (outcome.kind !== 'ack') continue;
      inbound.partition.ledger.done(inbound.offset);
      done += 1;
    }
    if (done > 0) this.#committer.count(done);
  }

  countFailure({ partition, offset }: KafkaInbound, failures: number): void {
    partition.ledger.failed(offset, failures);
    this.#committer.count(1);
  }

  stopReceiving(): Promise<void> {
    this.#isStopping = true;
    for (const { capacityWait } of this.#partitions.values()) capacityWait.end();
    this.#consumer.pause([...this.#partitions.values()].map(({ id }) => id));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#committer.commitNow();
    this.#committer.close();
    this.#endWatch();
    this.#groupStatus.left();
    await this.#parts.suppress(() => this.#consumer.stop());
  }

  async inspect(): Promise<SourceState> {
    const { driver, plans, consumer, suppress } = this.#parts;
    const { isMember, outage } = this.#groupStatus;
    if (outage !== undefined) throw notReading(consumer.group, outage);
    const partitions = [...this.#partitions.values()];
    const lag = await suppress(() => lagOf(partitions, { driver, plans, from: consumer.from }));
    return {
      isConnected: isMember && !this.#isStopping,
      assigned: partitions.map(({ origin }) => origin.name),
      lag,
    };
  }

  /**
   * Continues reading a channel's own topic from another position. Resolves once the broker has acknowledged the new offsets.
   * The positions of partitions that belong to other members, or that are revoked meanwhile, do not change.
   *
   * @throws ThroughlineError `TL_KAFKA_OFFSET_INVALID` and nothing was moved; `TL_KAFKA_UNAVAILABLE` if nothing was moved, or no
   *   commit was acknowledged. In that case it is repeated, and the partitions stay paused until it is.
   */
  async seek(channel: string, target: SeekTarget): Promise<readonly string[]> {
    const { driver, plans, suppress } = this.#parts;
    const topic = [...plans].find(([, plan]) => plan.channel === channel && plan.part === 'own');
    if (topic === undefined) return [];
    const places = await suppress(() => seekOffsets(driver, topic[0], target));
    const moved = this.#isStopping ? [] : this.#move(topic[0], places);
    const waiting = (): boolean => moved.some((partition) => this.#awaitsSeekCommit(partition));
    await commitSeek(topic[0], waiting, () => this.#committer.commitNow());
    return moved.filter(({ ledger }) => !ledger.isMovePending).map(({ origin }) => origin.name);
  }

  // ConsumerListener

  assigned(assigned: readonly AssignedPartition[]): readonly Position[] {
    const names = new Set(assigned.map(partitionName));
    this.#leave([...this.#partitions.values()].filter(({ origin }) => !names.has(origin.name)));
    const retained = assigned.flatMap((partition) => this.#takeOver(partition));
    if (this.#isStopping) this.#consumer.pause(assigned);
    this.#groupStatus.joined();
    this.#sink?.resumeStarts();
    return retained;
  }

  records(id: TopicPartition, records: readonly KafkaRecord[]): Promise<void> | undefined {
    const partition = this.#partitions.get(partitionName(id));
    const plan = this.#parts.plans.get(id.topic);
    if (partition === undefined || plan === undefined || this.#isStopping) return undefined;
    if (partition.isPaused) {
      this.#take(partition, plan.order, records);
      return undefined;
    }
    const first = firstStep(records);
    this.#take(partition, plan.order, first);
    if (first.length === records.length && !this.#isFull(partition)) return undefined;
    return takeRest(records, {
      take: (some) => this.#take(partition, plan.order, some),
      isWanted: () =>
        !this.#isStopping && this.#partitions.get(partition.origin.name) === partition,
      isFull: () => this.#isFull(partition),
      capacityWait: partition.capacityWait,
    }).then(
      () => this.#pauseOrResume(partition),
      (error: unknown) => this.#readAgain(partition, error),
    );
  }

  #take(partition: Partition, order: Order, records: readonly KafkaRecord[]): void {
    const { ledger } = partition;
    const { group } = this.#parts.consumer;
    const now = Date.now();
    const inbounds: KafkaInbound[] = [];
    for (const record of records) {
      if (record.offset < ledger.next) continue; // read again after a rebalance
      if (!ledger.begin(record.offset)) continue; // done before a crash or a rebalance
      inbounds.push(new KafkaInbound(record, partition, now, order, group));
    }
    this.#sink?.deliver(inbounds);
  }

  /** Fetches records again that could not be accepted. Only a bug in Throughline causes that, and it must not lose messages. */
  async #readAgain(partition: Partition, error: unknown): Promise<void> {
    this.#log.error(
      `Records from ${partition.origin.name} could not be processed because of an internal error: ${sentenceOf(error)} Throughline will fetch these records again.`,
    );
    await pause(RETRY_DELAY, undefined, { ref: false });
    if (this.#partitions.get(partition.origin.name) !== partition || this.#isStopping) return;
    this.#consumer.seek([{ ...partition.id, offset: partition.ledger.next }]);
  }

  /** Waits for runs in progress, so that they are committed before another member starts the same messages. */
  async revoking(): Promise<void> {
    const suspended = this.#sink?.suspendStarts();
    await Promise.race([suspended, pause(REVOKE_TIMEOUT, undefined, { ref: false })]);
    await this.#committer.commitNow();
  }

  lost(): void {
    this.#groupStatus.lost();
  }

  down(error: Error): void {
    this.#groupStatus.down(error);
  }

  up(): void {
    this.#groupStatus.up();
  }

  /** Keeps the state of a partition that this member retains. The returned position keeps the driver from reading twice. */
  #takeOver({ committed, ...id }: AssignedPartition): readonly Position[] {
    const name = partitionName(id);
    const before = this.#partitions.get(name);
    if (before?.isStillOurs(committed) === true) {
      return [{ ...id, offset: before.ledger.next }];
    }
    if (before !== undefined) this.#leave([before]); // another member has continued from there meanwhile
    const channel = this.#parts.plans.get(id.topic)?.channel ?? id.topic;
    this.#partitions.set(name, Partition.takenOver(id, channel, committed));
    return [];
  }

  #leave(partitions: readonly Partition[]): void {
    // Otherwise the driver would keep them paused if they are assigned to us again.
    const paused = partitions.filter(({ isPaused }) => isPaused).map(({ id }) => id);
    if (paused.length > 0) this.#consumer.resume(paused);
    for (const partition of partitions) {
      partition.leave();
      this.#partitions.delete(partition.origin.name);
    }
    this.#sink?.drop(partitions.map(({ origin }) => origin));
  }

  /** From now on, no earlier records are delivered. The partitions stay paused until the broker has acknowledged the seek. */
  #move(topic: string, places: ReadonlyMap<number, number>): readonly Partition[] {
    const moved = [...this.#partitions.values()].flatMap((partition) => {
      const place = partition.topic === topic ? places.get(partition.number) : undefined;
      return place === undefined ? [] : [partition.movedTo(place)];
    });
    this.#sink?.drop(moved.map(({ origin }) => origin));
    for (const partition of moved) {
      this.#partitions.set(partition.origin.name, partition);
      this.#consumer.pause([partition.id]);
      partition.isPaused = true;
    }
    this.#consumer.seek(moved.map(({ id, ledger }) => ({ ...id, offset: ledger.next })));
    return moved;
  }

  #awaitsSeekCommit(partition: Partition): boolean {
    return (
      partition.ledger.isMovePending && this.#partitions.get(partition.origin.name) === partition
    );
  }

  #isFull(partition: Partition): boolean {
    const isHeld = partition.isMetadataFull || partition.ledger.isMovePending;
    return isHeld || (this.#sink?.capacity(partition.origin) ?? 0) <= 0;
  }

  /** Resumes the partition if there is capacity in the lanes and in the commit metadata, and pauses it otherwise. */
  #pauseOrResume(partition: Partition): void {
    if (this.#isStopping || !partition.isOurs) return;
    const isFull = this.#isFull(partition);
    if (!isFull) partition.capacityWait.end();
    if (isFull === partition.isPaused) return;
    partition.isPaused = isFull;
    if (isFull) this.#consumer.pause([partition.id]);
    else this.#consumer.resume([partition.id]);
  }
}

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
import { KafkaInbound, type Order } from './partitions/inbound-message.js';
import { Committer } from './progress/committer.js';
import type {
  AssignedPartition,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  KafkaDriver,
  KafkaRecord,
  LogChange,
  Loss,
  Position,
  TopicPartition,
} from '../driver.js';
import { watchEventLoop } from './status/event-loop-watch.js';
import { notReading } from '../errors/failures.js';
import { firstStep, takeRest } from './partitions/fetch-steps.js';
import { lagOf } from './progress/lag.js';
import type { Partition } from './partitions/partition.js';
import { seekOffsets, commitSeek } from './seek.js';
import { GroupStatus } from './status/group-status.js';
import { AssignedPartitions } from './partitions/assigned-partitions.js';
import { TopicStatus } from './status/topic-status.js';
import type { TopicPlans } from './topic-plan.js';

const AHEAD = { max: 2_000, resume: 1_000 };
/** How long a rebalance waits for handlers, in milliseconds. Slower messages are redelivered to the partition's next owner. */
const REVOKE_TIMEOUT = 3_000;
const RETRY_DELAY = 1_000;
/**
 * Settling only records progress for the next commit. Collecting several messages first would need a timer, which would take more
 * time for a single message than everything else.
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
  /** Prepares the topics before this process joins the group, and creates missing topics if configured. */
  readonly prepare: () => Promise<void>;
}

/**
 * A source that is a member of a consumer group. It commits processed messages, and pauses partitions that have no capacity. The
 * lanes keep the order.
 */
export class KafkaSource implements Source<KafkaInbound>, ConsumerListener {
  readonly features: SourceFeatures = { retry: 'lane', ahead: AHEAD, settle: SETTLE };
  readonly #parts: KafkaSourceParts;
  readonly #consumer: KafkaConsumer;
  readonly #committer: Committer;
  readonly #partitions: AssignedPartitions;
  readonly #groupStatus: GroupStatus;
  readonly #topicStatus: TopicStatus;
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
    this.#topicStatus = new TopicStatus(group, parts.health);
    this.#consumer = consumer;
    this.#committer = new Committer(
      () => this.#partitions,
      (commits) => parts.suppress(() => consumer.commit(commits)),
      (partitions) => partitions.forEach((partition) => this.#pauseOrResume(partition)),
    );
    this.#partitions = new AssignedPartitions({
      options: parts.consumer,
      plans: parts.plans,
      consumer,
      drop: (origins) => this.#sink?.drop(origins),
      commitNow: () => this.#committer.commitNow(),
    });
  }

  async start(sink: Sink<KafkaInbound>): Promise<void> {
    this.#sink = sink;
    sink.onCapacity((name) => {
      const partition = this.#partitions.named(name);
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
    for (const { capacityWait } of this.#partitions) capacityWait.end();
    this.#consumer.pause(this.#partitions.all.map(({ id }) => id));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#committer.commitNow();
    this.#committer.close();
    this.#endWatch();
    this.#groupStatus.left();
    this.#topicStatus.end();
    await this.#parts.suppress(() => this.#consumer.stop());
  }

  async inspect(): Promise<SourceState> {
    const { driver, plans, consumer, suppress } = this.#parts;
    const { isMember, outage } = this.#groupStatus;
    if (outage !== undefined) throw notReading(consumer.group, outage);
    const { failed } = this.#topicStatus;
    const partitions = this.#partitions.all.filter(({ isOurs }) => isOurs);
    const lag = await suppress(() => lagOf(partitions, { driver, consumer, plans, failed }));
    return {
      isConnected: isMember && !this.#isStopping,
      assigned: partitions.map(({ origin }) => origin.name),
      lag,
    };
  }

  /**
   * Continues reading a channel's own topic from another position. Resolves once the broker has acknowledged the new offsets. The
   * positions of partitions that belong to other members, or that are revoked in the meantime, do not change.
   *
   * @throws ThroughlineError `TL_KAFKA_OFFSET_INVALID`: nothing was moved. `TL_KAFKA_UNAVAILABLE`: nothing was moved, or partitions
   *   were moved but no commit was acknowledged. These partitions stay paused until a later commit is acknowledged.
   */
  async seek(channel: string, target: SeekTarget): Promise<readonly string[]> {
    const { driver, plans, suppress } = this.#parts;
    const topic = [...plans].find(([, plan]) => plan.channel === channel && plan.part === 'own');
    if (topic === undefined) return [];
    const places = await suppress(() => seekOffsets(driver, topic[0], target));
    const moved = this.#isStopping ? [] : this.#partitions.move(topic[0], places);
    const waiting = (): boolean => moved.some((partition) => this.#awaitsSeekCommit(partition));
    await commitSeek(topic[0], waiting, () => this.#committer.commitNow());
    return moved.filter(({ ledger }) => !ledger.isMovePending).map(({ origin }) => origin.name);
  }

  // ConsumerListener

  assigned(assigned: readonly AssignedPartition[]): readonly Position[] {
    const positions = this.#partitions.assign(assigned);
    if (this.#isStopping) this.#consumer.pause(assigned);
    this.#groupStatus.joined();
    this.#sink?.resumeStarts();
    return positions;
  }

  records(id: TopicPartition, records: readonly KafkaRecord[]): Promise<void> | undefined {
    const partition = this.#partitions.of(id);
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
      isWanted: () => !this.#isStopping && this.#partitions.has(partition),
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
    partition.wereRead(records);
    for (const record of records) {
      if (record.offset < ledger.next) continue; // read again after a rebalance
      if (!ledger.begin(record.offset)) continue; // done before a crash or a rebalance
      inbounds.push(new KafkaInbound(record, partition, now, order, group));
    }
    this.#sink?.deliver(inbounds);
  }

  /**
   * Fetches records again that could not be accepted. Only a bug in Throughline can cause such a failure. Even then,
   * Throughline must not lose messages.
   */
  async #readAgain(partition: Partition, error: unknown): Promise<void> {
    this.#log.error(
      `Records from ${partition.origin.name} could not be processed because of an internal error: ${sentenceOf(error)} Throughline will fetch these records again.`,
    );
    await pause(RETRY_DELAY, undefined, { ref: false });
    if (!this.#partitions.has(partition) || this.#isStopping) return;
    this.#consumer.seek([partition.position]);
  }

  /** Waits for runs in progress, so that their results are committed before another member starts the same messages. */
  async revoking(): Promise<void> {
    const suspended = this.#sink?.suspendStarts();
    await Promise.race([suspended, pause(REVOKE_TIMEOUT, undefined, { ref: false })]);
    await this.#committer.commitNow();
  }

  /** Called when other members may own the partitions, now or as soon as the session is over. */
  lost(how: Loss): void {
    void this.#sink?.suspendStarts();
    this.#groupStatus.lost();
    if (how === 'expelled') this.#partitions.expel();
  }

  skipped(from: Position, to: number): void {
    const ledger = this.#partitions.of(from)?.ledger;
    if (ledger === undefined || from.offset > ledger.next || to <= ledger.next) return;
    ledger.skipTo(to);
    ledger.demandCommit();
    this.#committer.count(0);
  }

  logChanged(id: TopicPartition, change: LogChange): void {
    if (!this.#isStopping) this.#partitions.changed(id, change);
  }

  topicFailed(topic: string, error: Error): void {
    this.#topicStatus.topicFailed(topic, error);
  }

  topicRecovered(topic: string): void {
    this.#topicStatus.topicRecovered(topic);
  }

  down(error: Error): void {
    this.#groupStatus.down(error);
  }

  up(): void {
    this.#groupStatus.up();
  }

  #awaitsSeekCommit(partition: Partition): boolean {
    return partition.ledger.isMovePending && this.#partitions.has(partition);
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

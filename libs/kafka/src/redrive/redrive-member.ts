import { isUnavailable } from '#base';
import { type RedrivePlan } from 'throughline/transport';
import type {
  AssignedPartition,
  Committed,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  KafkaDriver,
  KafkaRecord,
  LogChange,
  Position,
  TopicPartition,
} from '../driver.js';
import { GroupStatus } from '../consume/status/group-status.js';
import { LogChanges } from '../consume/partitions/log-changes.js';
import { partitionName } from '../consume/partitions/partition.js';
import { TopicStatus } from '../consume/status/topic-status.js';
import { Backpressure } from './backpressure.js';
import {
  weightOf,
  type SelectedDeadLetter,
  type DeadLetterPartition,
} from './dead-letter-partition.js';
import { Mover } from './mover.js';
import { isSettled, untilAborted } from './turns.js';
import { Wakeup } from './wakeup.js';
import type { Tally } from './tally.js';
import type { WayBack } from './way-back.js';

const BATCH = { deadLetters: 100, bytes: 900_000 };
/**
 * The time without a record, in milliseconds, after which the member checks whether retention has removed the remaining records.
 */
const IDLE_TIMEOUT = 2_000;
const RECHECK_INTERVAL = 500;

/** What a redrive needs. */
export interface RedriveParts {
  readonly driver: KafkaDriver;
  readonly suppress: <R>(clientCall: () => R) => R;
  /** Options of the group whose commits record which dead letters were moved. */
  readonly consumer: ConsumerOptions;
  /** The topic of the dead letters. */
  readonly from: string;
  readonly wayBack: WayBack;
  /** A signal that aborts when the connection closes. */
  readonly closing: AbortSignal;
}

/** The dependencies of a redrive's member. */
export interface RedriveMemberParts extends RedriveParts {
  readonly plan: RedrivePlan;
  readonly partitions: ReadonlyMap<number, DeadLetterPartition>;
  /** The offsets at which a dry run starts. A dry run has its own group, which has not committed anything. */
  readonly begin: ReadonlyMap<number, Committed> | undefined;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/**
 * One membership in the group of a redrive. The member processes its assigned partitions, and leaves the group when it has finished
 * them.
 */
export class RedriveMember implements ConsumerListener {
  readonly #parts: RedriveMemberParts;
  readonly #consumer: KafkaConsumer;
  readonly #mover: Mover;
  readonly #wakeup: Wakeup;
  readonly #groupStatus: GroupStatus;
  readonly #topicStatus: TopicStatus;
  readonly #logChanges: LogChanges;
  #mine: ReadonlySet<DeadLetterPartition> = new Set();
  readonly #backpressure: Backpressure;
  /** Whether a rebalance is in progress. During a rebalance, nothing is moved. */
  #isRebalancing = true;
  #wasLost = true;
  #inProgress: Promise<void> = Promise.resolve();

  constructor(parts: RedriveMemberParts) {
    const { driver, consumer, suppress, signal, tally, wayBack } = parts;
    this.#parts = parts;
    this.#wakeup = new Wakeup(signal);
    this.#groupStatus = new GroupStatus(consumer.group);
    this.#topicStatus = new TopicStatus(consumer.group);
    this.#logChanges = new LogChanges(consumer.group);
    this.#consumer = suppress(() => driver.consumer(consumer, this));
    this.#backpressure = new Backpressure(this.#consumer);
    this.#mover = new Mover({
      wayBack,
      tally,
      signal,
      commit: (commits) => suppress(() => this.#consumer.commit(commits)),
    });
  }

  /** Runs the member. Resolves when all assigned partitions are finished, or when the signal aborts. */
  async run(): Promise<void> {
    const { suppress, tally } = this.#parts;
    try {
      await this.#start();
      while (!this.#isOver()) {
        await this.#processAvailable();
        this.#finishIfRead();
        tally.report();
        if (this.#isOver() || [...this.#mine].some(({ weight }) => weight > 0)) continue;
        if (!(await this.#wakeup.within(IDLE_TIMEOUT))) await this.#skipRemovedRecords();
      }
    } finally {
      await suppress(() => this.#consumer.stop());
      tally.report();
    }
  }

  assigned(assigned: readonly AssignedPartition[]): readonly Position[] {
    const before = this.#wasLost ? new Set() : this.#mine;
    const positions: Position[] = [];
    const mine = assigned.flatMap(({ committed, log, ...id }) => {
      const partition = this.#parts.partitions.get(id.partition);
      if (partition === undefined) return []; // it was added after the redrive began
      if (!before.has(partition)) {
        partition.takeOver(this.#parts.begin?.get(id.partition) ?? committed, log);
      }
      positions.push(partition.position);
      return [partition];
    });
    for (const gone of this.#mine) if (!mine.includes(gone)) gone.release();
    this.#mine = new Set(mine);
    this.#wasLost = false;
    this.#isRebalancing = false;
    this.#backpressure.reset();
    this.#backpressure.pauseFull(this.#mine);
    this.#wakeup.wake();
    return positions;
  }

  records({ partition: number }: TopicPartition, records: readonly KafkaRecord[]): void {
    for (const record of records) record.detach?.();
    this.#parts.partitions.get(number)?.take(records);
    this.#backpressure.pauseFull(this.#mine);
    this.#wakeup.wake();
  }

  async revoking(): Promise<void> {
    this.#isRebalancing = true;
    await this.#inProgress.catch(() => undefined);
    await this.#mover.commit(this.#mine);
  }

  skipped({ partition: number }: Position, to: number): void {
    this.#parts.partitions.get(number)?.endsBefore(to);
    this.#wakeup.wake();
  }

  logChanged({ partition: number }: TopicPartition, change: LogChange): void {
    const partition = this.#parts.partitions.get(number);
    if (partition === undefined) return;
    this.#logChanges.report(partitionName(partition.id), change);
    if (change.kind === 'trimmed') partition.endsBefore(change.offset);
    else partition.abandon();
    this.#wakeup.wake();
  }

  topicFailed(topic: string, error: Error): void {
    this.#topicStatus.topicFailed(topic, error);
  }

  topicRecovered(topic: string): void {
    this.#topicStatus.topicRecovered(topic);
  }

  lost(): void {
    this.#isRebalancing = true;
    this.#wasLost = true;
    this.#groupStatus.lost();
  }

  down(error: Error): void {
    this.#groupStatus.down(error);
  }

  up(): void {
    this.#groupStatus.up();
  }

  async #start(): Promise<void> {
    const started = this.#parts.suppress(() => this.#consumer.start());
    started.catch(() => undefined); // a stop rejects a start that still waits
    await untilAborted(started, this.#parts.signal);
  }

  #isOver(): boolean {
    if (this.#parts.signal.aborted) return true;
    const mine = [...this.#mine];
    return mine.length > 0 && mine.every((one) => one.isFinished && !one.ledger.isDirty);
  }

  /**
   * Processes the dead letters that were read. Asks the plan about each dead letter, waits until the plan's rate permits the move,
   * and moves a batch as soon as a dead letter has to wait.
   */
  async #processAvailable(): Promise<void> {
    const { plan, signal, tally, wayBack } = this.#parts;
    const batch: SelectedDeadLetter[] = [];
    for (const found of this.#available()) {
      const { partition, record } = found;
      if (!plan.wants(wayBack.deadLetterOf(partition, record))) {
        partition.leave(record);
        tally.left();
      } else if (plan.isDry) {
        partition.leave(record);
        tally.moved(1);
      } else {
        const turn = plan.turn();
        if (!(await isSettled(turn))) await this.#move(batch.splice(0));
        if (!(await this.#hasTurn(turn))) break;
        batch.push(found);
      }
      if (isFull(batch)) await this.#move(batch.splice(0));
      if (signal.aborted) break;
    }
    await this.#move(batch);
  }

  /** Yields the dead letters that were read, including those that arrive in the meantime. */
  *#available(): Generator<SelectedDeadLetter> {
    for (let isSomething = true; isSomething;) {
      isSomething = false;
      for (const partition of this.#mine) {
        const record = partition.next();
        if (record === undefined) continue;
        isSomething = true;
        yield { partition, ledger: partition.ledger, record };
      }
      this.#backpressure.resume();
    }
  }

  /** Waits until the plan permits the next move. Resolves with `false` if the redrive was stopped first. */
  async #hasTurn(turn: Promise<void>): Promise<boolean> {
    const { signal } = this.#parts;
    try {
      await untilAborted(turn, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  }

  async #move(batch: readonly SelectedDeadLetter[]): Promise<void> {
    await this.#whenClean();
    if (batch.length === 0 || this.#parts.signal.aborted) return;
    this.#inProgress = this.#mover.move(batch);
    await this.#inProgress;
    this.#parts.tally.report();
  }

  /**
   * Waits until no rebalance is in progress and the broker has acknowledged all commits. At most one batch is therefore ever in
   * doubt.
   */
  async #whenClean(): Promise<void> {
    while (!this.#parts.signal.aborted) {
      if (!this.#isRebalancing) await this.#mover.commit(this.#mine);
      if (!this.#isRebalancing && ![...this.#mine].some(({ ledger }) => ledger.isDirty)) return;
      await this.#wakeup.within(RECHECK_INTERVAL);
    }
  }

  /** Skips records that retention has removed. Called if no records arrive. */
  async #skipRemovedRecords(): Promise<void> {
    const { driver, from, suppress } = this.#parts;
    if ([...this.#mine].every(({ isRead }) => isRead)) return;
    try {
      const starts = await suppress(() => driver.offsets(from, 'earliest'));
      for (const partition of this.#mine) partition.endsBefore(starts.get(partition.number) ?? 0);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  }

  #finishIfRead(): void {
    for (const partition of this.#mine) partition.finishIfRead();
  }
}

const isFull = (batch: readonly SelectedDeadLetter[]): boolean =>
  batch.length >= BATCH.deadLetters ||
  batch.reduce((sum, { record }) => sum + weightOf(record), 0) >= BATCH.bytes;

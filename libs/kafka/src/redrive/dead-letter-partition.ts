import type { StoredDeadLetter } from 'throughline/transport';
import {
  decodeCommit,
  encodeCommit,
  encodeCommitWithin,
  logDigest,
  MAX_METADATA,
  newMark,
  type CommitRecord,
} from '../consume/progress/commit-metadata.js';
import type { Progress } from '../consume/progress/progress-bytes.js';
import type {
  Committed,
  KafkaRecord,
  LogState,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../driver.js';
import { maxMetadata } from '../drivers/membership.js';
import { splitDetails } from '../dead-letters/dead-letter-headers.js';
import { OffsetLedger } from '../consume/progress/offset-ledger.js';
import { partitionName } from '../consume/partitions/partition.js';

const decoder = new TextDecoder();
const RECORD_OVERHEAD = 100;

/** Returns the size of a record in memory, in bytes. */
export const weightOf = ({ key, value }: KafkaRecord): number =>
  (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD;

/**
 * A partition of dead letters during a redrive. It tracks which dead letters remain to be read, which were moved, and which were
 * left.
 */
export class DeadLetterPartition {
  #ledger: OffsetLedger;
  #waiting: KafkaRecord[] = [];
  /** The number of entries of `#waiting` that were taken. Removing them with `shift` would copy thousands of entries each time. */
  #taken = 0;
  #weight = 0;
  /** The offsets that the plan did not select. The plan is asked only once per record, even if the record is read several times. */
  readonly #left = new Set<number>();
  readonly #mark = newMark();
  #log: string | undefined;
  #isFinished: boolean;

  /**
   * @param start the first offset that exists
   * @param end the end of the partition when the redrive began
   */
  constructor(
    readonly id: TopicPartition,
    private readonly start: number,
    private readonly end: number,
  ) {
    this.#ledger = new OffsetLedger(start);
    this.#isFinished = start >= end;
  }

  get number(): number {
    return this.id.partition;
  }

  /**
   * The current ledger of the partition. A new ledger replaces it when the partition is revoked or assigned, because another member
   * may have moved dead letters.
   */
  get ledger(): OffsetLedger {
    return this.#ledger;
  }

  /** The size of the records about which the redrive has not decided yet, in bytes. */
  get weight(): number {
    return this.#weight;
  }

  get isRead(): boolean {
    return this.#isFinished || this.#ledger.next >= this.end;
  }

  /** Whether this redrive has decided about every dead letter in the partition. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  get position(): Position {
    return { ...this.id, offset: this.#ledger.next };
  }

  /** Starts from the group's commit, unless the commit belongs to another log. Dead letters that were left are read again. */
  takeOver(committed: Committed | undefined, log?: LogState): void {
    this.#forgetWaiting();
    this.#log = log?.id === undefined ? undefined : logDigest(log.id);
    this.#ledger = this.#ledgerFrom(committed) ?? new OffsetLedger(this.start);
  }

  #ledgerFrom(committed: Committed | undefined): OffsetLedger | undefined {
    if (committed === undefined) return undefined;
    const { offset, metadata } = committed;
    const commit = decodeCommit(offset, metadata);
    const isOther = commit.log !== undefined && this.#log !== undefined && commit.log !== this.#log;
    if (isOther) return undefined;
    return new OffsetLedger(offset, commit.progress);
  }

  /** Ends the redrive of this partition, because the log with which the redrive began no longer exists. */
  abandon(): void {
    this.takeOver(undefined);
    this.#isFinished = true;
  }

  /** Accepts records that were just read. Ignores records that the redrive has moved or skipped before, and newer ones than its start. */
  take(records: readonly KafkaRecord[]): void {
    if (this.isRead) return;
    for (const record of records) {
      const { offset } = record;
      if (offset < this.#ledger.next) continue;
      if (offset >= this.end) {
        this.endsBefore(offset);
        return;
      }
      if (!this.#ledger.begin(offset) || this.#left.has(offset)) continue;
      this.#waiting.push(record);
      this.#weight += weightOf(record);
    }
  }

  /** Reports that no record below this offset remains to be read. Retention may have removed the last ones. */
  endsBefore(offset: number): void {
    if (offset >= this.end) this.#ledger.skipTo(this.end);
  }

  next(): KafkaRecord | undefined {
    const record = this.#waiting[this.#taken];
    if (record === undefined) {
      this.#forgetWaiting();
      return undefined;
    }
    this.#taken += 1;
    this.#weight -= weightOf(record);
    return record;
  }

  leave(record: KafkaRecord): void {
    this.#left.add(record.offset);
  }

  /**
   * Marks the partition as finished if it was read to its end. Call this only while none of the partition's dead letters is being
   * moved.
   */
  finishIfRead(): void {
    if (this.isRead && this.#weight === 0) this.#isFinished = true;
  }

  /** Reports that the partition was revoked, so its records must no longer be moved. */
  release(): void {
    this.takeOver(undefined);
  }

  /** Returns the commit for the partition's current progress. */
  commit(): PartitionCommit {
    const { committable: offset, progress } = this.#ledger;
    const metadata = encodeCommitWithin(maxMetadata, offset, this.#record(progress));
    return { ...this.id, offset, metadata };
  }

  /** Returns the commit that includes the given offsets as moved, or `undefined` if it does not fit into a commit's metadata. */
  commitWith(offsets: readonly number[]): PartitionCommit | undefined {
    const { offset, progress } = this.#ledger.commitWith(offsets);
    const metadata = encodeCommit(offset, this.#record(progress));
    return metadata.length > MAX_METADATA ? undefined : { ...this.id, offset, metadata };
  }

  #record(progress: Progress): CommitRecord {
    return { progress, mark: this.#mark, log: this.#log, leaderEpoch: undefined };
  }

  #forgetWaiting(): void {
    this.#waiting = [];
    this.#taken = 0;
    this.#weight = 0;
  }

  /** Returns the form in which a dead letter is shown to the plan. */
  deadLetterOf({ offset, key, headers, value }: KafkaRecord): StoredDeadLetter {
    const id = `${partitionName(this.id)}/${offset}`;
    const text = key === null ? null : decoder.decode(key);
    return { id, key: text, rawKey: key, headers, raw: value };
  }

  /** Returns the dead letter as the message of the other broker that it originally was. */
  restoredDeadLetterOf(record: KafkaRecord): StoredDeadLetter {
    const deadLetter = this.deadLetterOf(record);
    return { ...deadLetter, ...splitDetails(deadLetter.headers) };
  }
}

/** A dead letter that the redrive has selected to move now. */
export interface SelectedDeadLetter {
  readonly partition: DeadLetterPartition;
  /**
   * The partition's ledger when the dead letter was selected. If the partition has a different ledger now, another member may have
   * moved the dead letter.
   */
  readonly ledger: OffsetLedger;
  readonly record: KafkaRecord;
}

import type { Letter } from 'throughline/transport';
import {
  decodeProgress,
  encodeProgress,
  encodeWithin,
  MAX_METADATA,
} from '../consume/progress/commit-metadata.js';
import type {
  Committed,
  KafkaRecord,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../driver.js';
import { maxMetadata } from '../drivers/membership.js';
import { splitDetails } from '../dead-letters/dead-letter-headers.js';
import { OffsetLedger } from '../consume/progress/offset-ledger.js';
import { partitionName } from '../consume/partition.js';

const decoder = new TextDecoder();
const RECORD_OVERHEAD = 100;

/** The size of a record in memory, in bytes. */
export const weightOf = ({ key, value }: KafkaRecord): number =>
  (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD;

/** A partition of dead letters during a redrive: what there is to read, what was moved, and what was left. */
export class DeadLetterPartition {
  #ledger: OffsetLedger;
  #waiting: KafkaRecord[] = [];
  /** Entries of `#waiting` before this index were taken. `shift` would copy thousands each time. */
  #taken = 0;
  #weight = 0;
  /** What the plan did not want. The plan is asked only once, however often a record is read. */
  readonly #left = new Set<number>();
  #isFinished: boolean;

  /**
   * @param start the first offset that exists
   * @param end where it ended when the redrive began
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

  /** Replaced whenever the partition was with another member meanwhile. */
  get ledger(): OffsetLedger {
    return this.#ledger;
  }

  /** The size of the records that wait for a decision, in bytes. */
  get weight(): number {
    return this.#weight;
  }

  get isRead(): boolean {
    return this.#isFinished || this.#ledger.next >= this.end;
  }

  /** Whether this redrive has decided on each dead letter of the partition. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  get position(): Position {
    return { ...this.id, offset: this.#ledger.next };
  }

  /** Starts from the commit of the group. Dead letters that were left are read again. */
  takeOver(committed: Committed | undefined): void {
    this.#forgetWaiting();
    this.#ledger =
      committed === undefined
        ? new OffsetLedger(this.start)
        : new OffsetLedger(committed.offset, decodeProgress(committed.offset, committed.metadata));
  }

  /** Takes the records that were read, if they existed when the redrive began and were not decided on yet. */
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

  /** Reports that there is nothing left to read before this offset: retention may have removed the rest. */
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

  /** Call it only while none of its dead letters is being moved. */
  finishIfRead(): void {
    if (this.isRead && this.#weight === 0) this.#isFinished = true;
  }

  /** The partition is revoked, so its records must not be moved any more. */
  release(): void {
    this.takeOver(undefined);
  }

  /** What to commit now. */
  commit(): PartitionCommit {
    const { committable: offset, progress } = this.#ledger;
    return { ...this.id, offset, metadata: encodeWithin(maxMetadata, offset, progress) };
  }

  /** What to commit if these offsets were moved as well. `undefined` if it does not fit into a commit. */
  commitWith(offsets: readonly number[]): PartitionCommit | undefined {
    const { offset, progress } = this.#ledger.commitWith(offsets);
    const metadata = encodeProgress(offset, progress);
    return metadata.length > MAX_METADATA ? undefined : { ...this.id, offset, metadata };
  }

  #forgetWaiting(): void {
    this.#waiting = [];
    this.#taken = 0;
    this.#weight = 0;
  }

  /** A dead letter as the plan is asked about it. */
  deadLetterOf({ offset, key, headers, value }: KafkaRecord): Letter {
    const id = `${partitionName(this.id)}/${offset}`;
    const text = key === null ? null : decoder.decode(key);
    return { id, key: text, rawKey: key, headers, raw: value };
  }

  /** The dead letter as the other broker's message that it was. */
  restoredDeadLetterOf(record: KafkaRecord): Letter {
    const deadLetter = this.deadLetterOf(record);
    return { ...deadLetter, ...splitDetails(deadLetter.headers) };
  }
}

/** A dead letter to move now. */
export interface SelectedDeadLetter {
  readonly partition: DeadLetterPartition;
  /** The partition's ledger at that time. If it has changed, another member may have moved the dead letter meanwhile. */
  readonly ledger: OffsetLedger;
  readonly record: KafkaRecord;
}

import type { Letter } from 'throughline/transport';
import {
  decodeProgress,
  encodeProgress,
  encodeWithin,
  MAX_METADATA,
} from '../consume/commit-metadata.js';
import type {
  Committed,
  KafkaRecord,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../driver.js';
import { maxMetadata } from '../drivers/membership.js';
import { splitDetails } from '../dead-letters/dead-letter-headers.js';
import { OffsetLedger } from '../consume/offset-ledger.js';
import { partitionName } from '../consume/partition.js';

const decoder = new TextDecoder();
const RECORD_OVERHEAD = 100;

/** What a record weighs in memory, in bytes. */
export const weightOf = ({ key, value }: KafkaRecord): number =>
  (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD;

/** A partition of dead letters, as a redrive knows it: how far it goes, what is done of it, and what was left. */
export class DeadLetterPartition {
  #ledger: OffsetLedger;
  #waiting: KafkaRecord[] = [];
  /** What lies before it in `#waiting` was taken: `shift` copies thousands each time. */
  #taken = 0;
  #weight = 0;
  /** What this redrive was not to move; asked for once, however often it is read. */
  readonly #left = new Set<number>();
  #isFinished: boolean;

  /**
   * @param start the first offset that there is
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

  /** Known by this: it is another one once the partition was with someone else. */
  get ledger(): OffsetLedger {
    return this.#ledger;
  }

  /** What waits here to be decided on, in bytes. */
  get weight(): number {
    return this.#weight;
  }

  get isRead(): boolean {
    return this.#isFinished || this.#ledger.next >= this.end;
  }

  /** Whether this redrive has decided on each of its letters. */
  get isFinished(): boolean {
    return this.#isFinished;
  }

  get position(): Position {
    return { ...this.id, offset: this.#ledger.next };
  }

  /** Begins where its group has come to; what was left before is looked at again. */
  takeOver(committed: Committed | undefined): void {
    this.#forgetWaiting();
    this.#ledger =
      committed === undefined
        ? new OffsetLedger(this.start)
        : new OffsetLedger(committed.offset, decodeProgress(committed.offset, committed.metadata));
  }

  /** Takes what was read, as far as it lay there when the redrive began and is still to be decided on. */
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

  /** There is nothing before this offset that has not been read: retention may have removed the last of it. */
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

  /** To be called when none of its letters is at work. */
  finishIfRead(): void {
    if (this.isRead && this.#weight === 0) this.#isFinished = true;
  }

  /** It goes to another member, or has gone: what is at hand of it is no longer ours to move. */
  release(): void {
    this.takeOver(undefined);
  }

  /** What is to be committed now. */
  commit(): PartitionCommit {
    const { committable: offset, progress } = this.#ledger;
    return { ...this.id, offset, metadata: encodeWithin(maxMetadata, offset, progress) };
  }

  /** What is to be committed, were these moved as well; `undefined` where it is more than a commit has room for. */
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

  /** A letter as a plan is asked about it. */
  deadLetterOf({ offset, key, headers, value }: KafkaRecord): Letter {
    const id = `${partitionName(this.id)}/${offset}`;
    const text = key === null ? null : decoder.decode(key);
    return { id, key: text, rawKey: key, headers, raw: value };
  }

  /** The message of another broker that the letter was. */
  restoredDeadLetterOf(record: KafkaRecord): Letter {
    const deadLetter = this.deadLetterOf(record);
    return { ...deadLetter, ...splitDetails(deadLetter.headers) };
  }
}

/** A dead letter that is to be moved now. */
export interface SelectedDeadLetter {
  readonly partition: DeadLetterPartition;
  /** The partition's at the time: with another one, somebody else may have moved the letter meanwhile. */
  readonly ledger: OffsetLedger;
  readonly record: KafkaRecord;
}

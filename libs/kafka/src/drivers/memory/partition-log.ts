import type { KafkaRecord } from '../../driver.js';
import { copyRecord, sizeOf, type Stored } from './wire.js';

/** The bounds of a partition: its first existing offset, and the offset after its last record. */
export interface Edges {
  readonly start: number;
  readonly end: number;
}

/** The records of one partition. The oldest ones may have been removed. */
export class PartitionLog {
  #records: KafkaRecord[] = [];
  #start = 0;

  get edges(): Edges {
    return { start: this.#start, end: this.#start + this.#records.length };
  }

  append(record: Stored): number {
    const offset = this.edges.end;
    this.#records.push({ ...record, offset, timestamp: Date.now() });
    return offset;
  }

  /** Reads records from an offset, or from the beginning if that offset was removed, up to a number of records and bytes. */
  read(from: number, most: number, bytes: number): KafkaRecord[] {
    const found: KafkaRecord[] = [];
    const first = Math.max(0, from - this.#start);
    let size = 0;
    for (const record of this.#records.slice(first, first + most)) {
      size += sizeOf(record);
      // As on a real broker, a record that is larger than the limit is returned alone.
      if (size > bytes && found.length > 0) break;
      found.push(copyRecord(record));
    }
    return found;
  }

  /** Returns the offset of the first record that is not older than the given time, or the end if there is none. */
  offsetAt(timestamp: number): number {
    const found = this.#records.find((record) => record.timestamp >= timestamp);
    return found?.offset ?? this.edges.end;
  }

  /** Removes the records before an offset, as retention does. */
  trim(before: number): void {
    const start = Math.min(Math.max(before, this.#start), this.edges.end);
    this.#records = this.#records.slice(start - this.#start);
    this.#start = start;
  }
}

import type { KafkaRecord, LogState } from '../../driver.js';
import { copyRecord, sizeOf, type Stored } from './wire.js';

interface Epoch {
  readonly epoch: number;
  /** The offset at which the epoch began. */
  readonly start: number;
}

/** The records in one partition. The first records may have been removed, and the last ones lost. */
export class PartitionLog {
  #records: KafkaRecord[] = [];
  #start = 0;
  #epochs: readonly Epoch[] = [{ epoch: 0, start: 0 }];

  /** @param id identifies the log. If a topic is created again, its logs have new ids. */
  constructor(private readonly id: string) {}

  get state(): LogState {
    return { id: this.id, start: this.#start, end: this.#start + this.#records.length };
  }

  append(record: Stored): number {
    const offset = this.state.end;
    const leaderEpoch = this.#epochs.at(-1)?.epoch ?? 0;
    this.#records.push({ ...record, offset, leaderEpoch, timestamp: Date.now() });
    return offset;
  }

  /** Reads at most the given number of records and bytes, from an offset on, or from the beginning if that offset was removed. */
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
    return found?.offset ?? this.state.end;
  }

  /** Removes the records before an offset, as retention does. */
  trim(before: number): void {
    const { end } = this.state;
    const start = Math.min(Math.max(before, this.#start), end);
    this.#records = this.#records.slice(start - this.#start);
    this.#start = start;
  }

  /** Drops the records from an offset on, as an unclean leader election does, and begins a new epoch. */
  truncate(from: number): void {
    const { start, end } = this.state;
    const at = Math.min(Math.max(from, start), end);
    this.#records = this.#records.slice(0, at - start);
    const epoch = (this.#epochs.at(-1)?.epoch ?? 0) + 1;
    this.#epochs = [...this.#epochs.filter((one) => one.start < at), { epoch, start: at }];
  }

  /** Returns the offset at which an epoch ended, as a broker reports it in response to OffsetForLeaderEpoch. */
  endOfEpoch(epoch: number): number {
    return this.#epochs.find((one) => one.epoch > epoch)?.start ?? this.state.end;
  }
}

import { headersFrom, NO_HEADERS, type HeaderEntry, type Headers } from '#base';

import type { KafkaRecord } from '../../../../driver.js';
import { unreadable, Varints } from './varints.js';

/** The properties that all records in a batch share. */
export interface BatchFacts {
  readonly leaderEpoch: number;
  readonly baseTimestamp: number;
  /** The time of all records in the batch, if the topic uses the time at which the broker appended the batch. */
  readonly appendTime: number | undefined;
}

/**
 * A record of a fetch response. Its fields are read from the bytes of the response only on access. `start`, `end`, `keyAt` and
 * `valueAt` are positions in these bytes. A length of -1 stands for null.
 */
export class FetchedRecord implements KafkaRecord {
  constructor(
    private bytes: Buffer,
    private readonly facts: BatchFacts,
    readonly offset: number,
    private start: number,
    private end: number,
    private keyAt: number,
    private readonly keyLength: number,
    private valueAt: number,
    private readonly valueLength: number,
  ) {}

  get key(): Buffer | null {
    return this.keyLength < 0 ? null : this.#slice(this.keyAt, this.keyLength);
  }

  get value(): Buffer | null {
    return this.valueLength < 0 ? null : this.#slice(this.valueAt, this.valueLength);
  }

  get leaderEpoch(): number {
    return this.facts.leaderEpoch;
  }

  get timestamp(): number {
    const { appendTime, baseTimestamp } = this.facts;
    if (appendTime !== undefined) return appendTime;
    const reader = new Varints(this.bytes);
    reader.at = this.start + 1;
    return baseTimestamp + reader.nextLong();
  }

  get headers(): Headers {
    const reader = new Varints(this.bytes);
    reader.at = this.valueAt + Math.max(this.valueLength, 0);
    const count = reader.next();
    return count <= 0 ? NO_HEADERS : headersFrom(this.#headers(reader, count));
  }

  detach(): void {
    const length = this.end - this.start;
    if (length * 2 >= this.bytes.buffer.byteLength) return;
    this.bytes = Buffer.from(this.bytes.subarray(this.start, this.end));
    this.keyAt -= this.start;
    this.valueAt -= this.start;
    this.start = 0;
    this.end = length;
  }

  /** A header without a value, as Java clients write it, becomes empty bytes. */
  *#headers(reader: Varints, count: number): Generator<HeaderEntry> {
    for (let left = count; left > 0; left -= 1) {
      const nameLength = reader.next();
      const nameAt = reader.at;
      reader.at += nameLength;
      const valueLength = Math.max(reader.next(), 0);
      const valueAt = reader.at;
      reader.at += valueLength;
      if (nameLength < 0 || reader.at > this.end) throw unreadable();
      yield [
        this.bytes.toString('utf8', nameAt, nameAt + nameLength),
        this.#slice(valueAt, valueLength),
      ];
    }
  }

  #slice(at: number, length: number): Buffer {
    return this.bytes.subarray(at, at + length);
  }
}

import type { TransactionalBatch } from '../../../aborted.js';
import { FetchedRecord, type BatchFacts } from './record.js';
import { unreadable, Varints } from './varints.js';

/** The number of bytes that precede the records in a batch of format 2. */
export const BATCH_HEADER = 61;
/** The number of bytes that precede the part covered by the batch's length. */
const BEFORE_LENGTH = 12;

const CODEC = 0b111;
const APPEND_TIME = 0b1000;
const TRANSACTIONAL = 0b1_0000;
const CONTROL = 0b10_0000;
const FORMAT = 2;

/** Returns a batch's records, decompressed. Throws if they cannot be decompressed. */
export type Decompress = (codec: number, bytes: Buffer) => Buffer;

/** A batch of records in a fetch response. Reading its header does not read its records. */
export class RecordBatch implements TransactionalBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly producerId: number;
  readonly #attributes: number;
  readonly #bytes: Buffer;

  /** @param bytes all bytes of the batch, and only those */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.baseOffset = int64(bytes, 0);
    this.leaderEpoch = bytes.readInt32BE(12);
    this.#attributes = bytes.readInt16BE(21);
    this.lastOffset = this.baseOffset + bytes.readInt32BE(23);
    this.producerId = int64(bytes, 43);
  }

  get isTransactional(): boolean {
    return (this.#attributes & TRANSACTIONAL) !== 0;
  }

  get isControl(): boolean {
    return (this.#attributes & CONTROL) !== 0;
  }

  /** The key of a marker contains its version and its type. Type 0 is an abort. */
  get isAbortMarker(): boolean {
    const [marker] = this.records(this.baseOffset, withoutCodec);
    const key = marker?.key;
    return key instanceof Buffer && key.length >= 4 && key.readInt16BE(2) === 0;
  }

  /**
   * Reads the records from an offset on. The broker returns whole batches, so the first batch of a response may begin earlier.
   *
   * @throws RangeError if the bytes are not records; and what `decompress` throws
   */
  records(from: number, decompress: Decompress): FetchedRecord[] {
    if (this.#bytes[16] !== FORMAT)
      throw new RangeError(`The batch has the unsupported format ${this.#bytes[16]}`);
    const codec = this.#attributes & CODEC;
    const stored = this.#bytes.subarray(BATCH_HEADER);
    return readRecords(
      codec === 0 ? stored : decompress(codec, stored),
      {
        leaderEpoch: this.leaderEpoch,
        baseTimestamp: int64(this.#bytes, 27),
        appendTime: (this.#attributes & APPEND_TIME) === 0 ? undefined : int64(this.#bytes, 35),
      },
      this.baseOffset,
      this.#bytes.readInt32BE(57),
      from,
    );
  }
}

/** Splits a partition's records in a fetch response into batches. An incomplete batch at the end is omitted. */
export function readBatches(bytes: Buffer): readonly RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; bytes.length - at >= BATCH_HEADER;) {
    const end = at + BEFORE_LENGTH + bytes.readInt32BE(at + 8);
    if (end > bytes.length || end < at + BATCH_HEADER) break;
    batches.push(new RecordBatch(bytes.subarray(at, end)));
    at = end;
  }
  return batches;
}

function readRecords(
  bytes: Buffer,
  facts: BatchFacts,
  baseOffset: number,
  count: number,
  from: number,
): FetchedRecord[] {
  const records: FetchedRecord[] = [];
  const reader = new Varints(bytes);
  for (let left = count; left > 0; left -= 1) {
    const length = reader.next();
    const start = reader.at;
    const end = start + length;
    if (length < 0 || end > bytes.length) throw unreadable();
    reader.at = start + 1; // the attributes, which are not used
    reader.skip(); // the time, which is read on access
    const offset = baseOffset + reader.next();
    const keyLength = reader.next();
    const keyAt = reader.at;
    if (keyLength > 0) reader.at += keyLength;
    const valueLength = reader.next();
    const valueAt = reader.at;
    if (valueAt + Math.max(valueLength, 0) > end) throw unreadable();
    if (offset >= from) {
      records.push(
        new FetchedRecord(bytes, facts, offset, start, end, keyAt, keyLength, valueAt, valueLength),
      );
    }
    reader.at = end;
  }
  return records;
}

/** Reads a number up to 2^53, which offsets and times do not exceed. */
const int64 = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);

function withoutCodec(): never {
  throw unreadable();
}

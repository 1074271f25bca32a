import { isHeaderList, type Headers, type HeaderValue } from '#base';

import type { OutgoingRecord } from '../../../driver.js';
import { BATCH_HEADER } from '../consume/fetch/record-batch.js';

const FORMAT = 2;
/** The offset in a batch at which the checksummed part begins. */
const ATTRIBUTES_AT = 21;
const LENGTH_END = 12;

/** The fields of a batch's header that do not depend on its records. */
export interface BatchHead {
  readonly timestamp: number;
  /** -1 for a producer that is not idempotent. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly sequence: number;
}

/** How the records of a batch are compressed. */
export interface Compressor {
  /** Kafka's number of the codec. */
  readonly number: number;
  readonly compress: (bytes: Buffer) => Promise<Buffer>;
}

/**
 * Writes records as one batch in format 2.
 *
 * @param size an upper limit of the size of all records
 * @param compressor `undefined` for no compression
 */
export async function writeBatch(
  records: readonly OutgoingRecord[],
  size: number,
  head: BatchHead,
  crc32c: (bytes: Buffer) => number,
  compressor: Compressor | undefined,
): Promise<Buffer> {
  let bytes = Buffer.allocUnsafe(BATCH_HEADER + size);
  const writer = new BatchWriter(bytes);
  records.forEach((record, delta) => {
    writer.record(record, delta);
  });
  bytes = bytes.subarray(0, writer.at);
  if (compressor !== undefined) {
    const compressed = await compressor.compress(bytes.subarray(BATCH_HEADER));
    bytes = Buffer.concat([bytes.subarray(0, BATCH_HEADER), compressed]);
  }
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - LENGTH_END, 8);
  bytes.writeInt32BE(-1, 12);
  bytes.writeInt8(FORMAT, 16);
  bytes.writeInt16BE(compressor?.number ?? 0, ATTRIBUTES_AT);
  bytes.writeInt32BE(records.length - 1, 23);
  bytes.writeBigInt64BE(BigInt(head.timestamp), 27);
  bytes.writeBigInt64BE(BigInt(head.timestamp), 35);
  bytes.writeBigInt64BE(head.producerId, 43);
  bytes.writeInt16BE(head.producerEpoch, 51);
  bytes.writeInt32BE(head.sequence, 53);
  bytes.writeInt32BE(records.length, 57);
  bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT)) >>> 0, 17);
  return bytes;
}

class BatchWriter {
  at = BATCH_HEADER;

  constructor(private readonly bytes: Buffer) {}

  record({ key, value, headers }: OutgoingRecord, offsetDelta: number): void {
    const entries = entriesOf(headers);
    const keyLength = lengthOf(key);
    const valueLength = lengthOf(value);
    let length = 2 + varintSize(offsetDelta) + partSize(keyLength) + partSize(valueLength);
    length += varintSize(entries.length);
    for (const { nameLength, valueLength: own } of entries) {
      length += partSize(nameLength) + partSize(own);
    }
    this.#varint(length);
    this.bytes[this.at++] = 0; // the attributes
    this.bytes[this.at++] = 0; // the time, relative to that of the batch
    this.#varint(offsetDelta);
    this.#part(key, keyLength);
    this.#part(value, valueLength);
    this.#varint(entries.length);
    for (const { name, nameLength, value: own, valueLength: ownLength } of entries) {
      this.#part(name, nameLength);
      this.#part(own, ownLength);
    }
  }

  #part(part: string | Uint8Array | null, length: number): void {
    this.#varint(length);
    if (part === null) return;
    if (typeof part === 'string') this.bytes.write(part, this.at);
    else this.bytes.set(part, this.at);
    this.at += length;
  }

  #varint(value: number): void {
    let left = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; left >= 0x80; left >>>= 7) this.bytes[this.at++] = (left & 0x7f) | 0x80;
    this.bytes[this.at++] = left;
  }
}

interface Entry {
  readonly name: string;
  readonly nameLength: number;
  readonly value: HeaderValue;
  readonly valueLength: number;
}

const NONE: readonly Entry[] = [];

/** Plain JavaScript may send a header that is null or undefined. Such a header is written as an empty one. */
function entriesOf(headers: Headers): readonly Entry[] {
  const names = Object.keys(headers);
  if (names.length === 0) return NONE;
  return names.flatMap((name) => {
    const nameLength = Buffer.byteLength(name);
    const given = headers[name];
    const values: readonly (HeaderValue | null | undefined)[] = isHeaderList(given)
      ? given
      : [given];
    return values.map((one) => {
      const value = one ?? '';
      return { name, nameLength, value, valueLength: Buffer.byteLength(value) };
    });
  });
}

const lengthOf = (part: string | Uint8Array | null): number =>
  part === null ? -1 : Buffer.byteLength(part);

const partSize = (length: number): number => varintSize(length) + Math.max(length, 0);

function varintSize(value: number): number {
  let size = 1;
  for (let left = ((value << 1) ^ (value >> 31)) >>> 0; left >= 0x80; left >>>= 7) size += 1;
  return size;
}

import { types } from 'node:util';
import { isHeaderList, printable, reasonOf, ThroughlineError, type HeaderValue } from '#base';
import type { OutgoingRecord } from '../driver.js';

/** The maximum number of bytes that encoding a record or a header adds to its contents (varints of lengths, offset, time). */
const BYTES_BESIDE = 30;
const LAST_PARTITION = 2 ** 31 - 1;
const LONGEST_NAME = 100;

/**
 * Refuses a record that no client can write, before it is added to a request with other records. Plain JavaScript may pass any
 * value.
 *
 * @throws ThroughlineError `TL_KAFKA_RECORD_INVALID`
 */
export function checkRecord(record: OutgoingRecord): void {
  orInvalid(record, () => {
    check(record);
  });
}

/**
 * Refuses a record that no client can write, and returns an upper limit for the record's size in a request.
 *
 * @throws ThroughlineError `TL_KAFKA_RECORD_INVALID`
 */
export function bytesOfRecord(record: OutgoingRecord): number {
  return orInvalid(record, () => {
    check(record);
    return measure(record);
  });
}

/** Reads a value of the record. Any error makes the record invalid, because a proxy or a getter may throw anything. */
function orInvalid<T>({ topic }: OutgoingRecord, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof ThroughlineError) throw error;
    throw invalid(topic, `it cannot be read (${reasonOf(error)})`);
  }
}

function check({ topic, key, value, headers, partition }: OutgoingRecord): void {
  if (typeof topic !== 'string' || topic === '')
    throw invalid(topic, 'its topic must be a non-empty string');
  if (!isPart(key))
    throw invalid(topic, `its key must be text, bytes or null, but is of type ${kindOf(key)}`);
  if (!isPart(value))
    throw invalid(topic, `its value must be text, bytes or null, but is of type ${kindOf(value)}`);
  if (partition !== undefined && !isPartition(partition)) {
    throw invalid(topic, 'its partition must be a non-negative integer');
  }
  for (const name of Object.keys(headers)) checkHeader(topic, name, headers[name]);
}

function measure({ key, value, headers }: OutgoingRecord): number {
  let bytes = bytesOf(key) + bytesOf(value) + BYTES_BESIDE;
  for (const name of Object.keys(headers)) {
    const header = headers[name];
    const values = isHeaderList(header) ? header : [header];
    for (const one of values) bytes += Buffer.byteLength(name) + bytesOf(one) + BYTES_BESIDE;
  }
  return bytes;
}

/** Refuses a header that is neither text nor bytes. A header that is null or undefined is written as an empty one. */
function checkHeader(topic: string, name: string, header: unknown): void {
  if (header === undefined || isPart(header)) return;
  const values: readonly unknown[] = Array.isArray(header) ? header : [header];
  const wrong = values.find((one) => one !== undefined && !isPart(one));
  if (wrong === undefined) return;
  const shown = printable(name, LONGEST_NAME);
  throw invalid(
    topic,
    `its header "${shown}" must be text or bytes, but is of type ${kindOf(wrong)}`,
  );
}

const isPart = (part: unknown): part is string | Uint8Array | null =>
  typeof part === 'string' || part === null || types.isUint8Array(part);

const isPartition = (partition: unknown): boolean =>
  typeof partition === 'number' &&
  Number.isInteger(partition) &&
  partition >= 0 &&
  partition <= LAST_PARTITION;

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);

const bytesOf = (part: HeaderValue | null | undefined): number =>
  part === null || part === undefined ? 0 : Buffer.byteLength(part);

const invalid = (topic: string, reason: string): ThroughlineError =>
  new ThroughlineError(
    'TL_KAFKA_RECORD_INVALID',
    `A record for "${topic}" cannot be written: ${reason}.`,
  );

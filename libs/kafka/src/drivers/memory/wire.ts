import { gzipSync } from 'node:zlib';
import { headersFrom, valuesOf, type Headers, type HeaderValue } from '#base';

import type { KafkaRecord, OutgoingRecord } from '../../driver.js';
import { checkRecord } from '../../produce/writable-record.js';

/** A record as a broker stores it: text is encoded, and a list with one header value becomes that value. */
export type Stored = Pick<KafkaRecord, 'key' | 'value' | 'headers'>;

/** @throws ThroughlineError `TL_KAFKA_RECORD_INVALID` */
export function toStored(record: OutgoingRecord): Stored {
  checkRecord(record);
  return {
    key: record.key === null ? null : toBytes(record.key),
    value: record.value === null ? null : toBytes(record.value),
    headers: copyHeaders(record.headers),
  };
}

/** Copies a record, because a reader may change the bytes that it receives. */
export function copyRecord(record: KafkaRecord): KafkaRecord {
  return {
    ...record,
    key: record.key === null ? null : toBytes(record.key),
    value: record.value === null ? null : toBytes(record.value),
    headers: copyHeaders(record.headers),
  };
}

export function sizeOf({ key, value, headers }: Stored): number {
  const inHeaders = Object.entries(headers).reduce((sum, [name, some]) => {
    const bytes = valuesOf(some).reduce(
      (total, one) => total + name.length + toBytes(one).byteLength,
      0,
    );
    return sum + bytes;
  }, 0);
  return (key?.byteLength ?? 0) + (value?.byteLength ?? 0) + inHeaders;
}

/** Returns the size of a record after compression by its producer. */
export function sizeAsGzip({ key, value, headers }: Stored): number {
  const inHeaders = Object.entries(headers).flatMap(([name, some]) => [name, ...valuesOf(some)]);
  const parts = [key ?? '', value ?? '', ...inHeaders];
  return gzipSync(Buffer.concat(parts.map(toBytes))).byteLength;
}

function copyHeaders(headers: Headers): Headers {
  return headersFrom(
    Object.entries(headers).flatMap(([name, value]) => {
      const values = valuesOf(value).map(toBytes);
      const [only] = values;
      if (only === undefined) return [];
      return [[name, values.length === 1 ? only : values] as const];
    }),
  );
}

/**
 * Converts the value of a header to bytes. Plain JavaScript may send a header that is null or undefined. Such a header becomes
 * empty, as with the kafkajs driver.
 */
function toBytes(value: HeaderValue | null | undefined): Uint8Array {
  return Buffer.from(value ?? '');
}

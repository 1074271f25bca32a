import { isHeaderList, type Headers, type HeaderValue } from 'throughline';

import type { KafkaRecord, OutgoingRecord } from '../../driver.js';

/** A record as it is after the wire: text has become bytes, a list of one header its only value. */
export type Stored = Omit<KafkaRecord, 'offset' | 'timestamp'>;

export function toStored(record: OutgoingRecord): Stored {
  return {
    key: record.key === null ? null : toBytes(record.key),
    value: record.value === null ? null : toBytes(record.value),
    headers: copyHeaders(record.headers),
  };
}

/** Each reader has bytes of its own: what it does to them is nobody else's matter. */
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
    const values = isHeaderList(some) ? some : [some];
    const bytes = values.reduce((total, one) => total + name.length + toBytes(one).byteLength, 0);
    return sum + bytes;
  }, 0);
  return (key?.byteLength ?? 0) + (value?.byteLength ?? 0) + inHeaders;
}

function copyHeaders(headers: Headers): Headers {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    const values = (isHeaderList(value) ? value : [value]).map(toBytes);
    const [only] = values;
    if (only === undefined) return [];
    return [[name, values.length === 1 ? only : values] as const];
  });
  return Object.fromEntries(entries);
}

/** A header that is null or undefined, which plain JavaScript callers do send, is empty, as with the kafkajs driver. */
function toBytes(value: HeaderValue | null | undefined): Uint8Array {
  return Buffer.from(value ?? '');
}

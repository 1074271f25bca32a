import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Headers, HeaderValue } from 'throughline';

import type { KafkaRecord } from '../../driver.js';

/** The record in our words, with bytes of its own. */
export function toRecord(message: KafkaMessage): KafkaRecord {
  return {
    offset: Number(message.offset),
    key: message.key === null ? null : ownBytes(message.key),
    value: message.value === null ? null : ownBytes(message.value),
    headers: toHeaders(message.headers),
    timestamp: Number(message.timestamp),
  };
}

const noHeaders: Headers = Object.freeze({});

function toHeaders(headers: IHeaders | undefined): Headers {
  if (headers === undefined) return noHeaders;
  const entries = Object.entries(headers);
  if (entries.length === 0) return noHeaders;
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(toHeaderValue) : toHeaderValue(value),
    ]),
  );
}

/** A header without a value is empty bytes: Java's clients write such, and no reader should have to ask for null. */
function toHeaderValue(value: HeaderValue | null | undefined): HeaderValue {
  if (value === null || value === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(value) ? ownBytes(value) : value;
}

/** kafkajs hands out slices of the whole fetch response (220 KB): one small record that is kept would keep all of it. */
function ownBytes(slice: Buffer): Uint8Array {
  return slice.byteLength * 2 < slice.buffer.byteLength ? Buffer.from(slice) : slice;
}

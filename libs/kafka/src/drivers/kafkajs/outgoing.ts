import type { IHeaders, Message } from 'kafkajs';
import type { Headers, HeaderValue } from 'throughline';

import type { OutgoingRecord, Position } from '../../driver.js';

/** A record on its way: what it became, where it goes once that is known, and until when it is tried. */
export interface Outgoing {
  readonly index: number;
  readonly topic: string;
  readonly message: Message;
}

export type Answer = PromiseSettledResult<Position>;

export function toOutgoing(record: OutgoingRecord, index: number): Outgoing {
  return {
    index,
    topic: record.topic,
    message: {
      key: typeof record.key === 'string' || record.key === null ? record.key : bytes(record.key),
      value: record.value === null ? null : bytes(record.value),
      headers: toIHeaders(record.headers),
      ...(record.partition === undefined ? {} : { partition: record.partition }),
    },
  };
}

function toIHeaders(headers: Headers): IHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isList(value) ? value.map(toHeader) : toHeader(value),
    ]),
  );
}

/** kafkajs throws on a header that is null or undefined, which plain JavaScript callers do send. */
function toHeader(value: HeaderValue | null | undefined): string | Buffer {
  if (value === null || value === undefined) return Buffer.alloc(0);
  return typeof value === 'string' ? value : bytes(value);
}

function isList(value: HeaderValue | readonly HeaderValue[]): value is readonly HeaderValue[] {
  return Array.isArray(value);
}

function bytes(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

export function groupByTopic(
  records: readonly Outgoing[],
): readonly { readonly topic: string; readonly messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, message } of records) {
    const messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, [message]);
    else messages.push(message);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

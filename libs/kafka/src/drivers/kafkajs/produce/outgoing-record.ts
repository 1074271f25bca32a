import type { IHeaders, Message } from 'kafkajs';
import { isHeaderList, type Headers, type HeaderValue } from '#base';

import type { OutgoingRecord, Position } from '../../../driver.js';
import { headerMap } from '../../../produce/header-map.js';
import { checkRecord } from '../../../produce/writable-record.js';
import { sortedByPartition } from './sorted-by-partition.js';

export type Answer = PromiseSettledResult<Position>;

const noHeaders: IHeaders = Object.freeze(headerMap<IHeaders[string]>());

/**
 * A record to send, in the form that kafkajs accepts. All other state is private, because kafkajs copies all public fields of a
 * message each time it writes the message.
 */
export class Outgoing implements Message {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: IHeaders;
  readonly partition?: number;
  readonly #topic: string;
  readonly #index: number;
  readonly #deadline: number;
  #chosen: number | undefined;

  /**
   * @param index its index among the records that are sent together
   * @param deadline when to give up, in milliseconds since the epoch
   * @throws ThroughlineError `TL_KAFKA_RECORD_INVALID`
   */
  constructor(record: OutgoingRecord, index: number, deadline: number) {
    checkRecord(record);
    const { key, value, partition } = record;
    this.key = textOrBytes(key);
    this.value = textOrBytes(value);
    this.headers = toIHeaders(record.headers);
    if (partition !== undefined) this.partition = partition;
    this.#topic = record.topic;
    this.#index = index;
    this.#deadline = deadline;
  }

  get topic(): string {
    return this.#topic;
  }

  get index(): number {
    return this.#index;
  }

  get isGivenUp(): boolean {
    return Date.now() > this.#deadline;
  }

  /** The partition of the record, once it is known. */
  get chosen(): number | undefined {
    return this.#chosen;
  }

  choose(partition: number): number {
    this.#chosen = partition;
    return partition;
  }
}

const textOrBytes = (part: string | Uint8Array | null): string | Buffer | null =>
  typeof part === 'string' || part === null ? part : bytes(part);

function toIHeaders(headers: Headers): IHeaders {
  const names = Object.keys(headers);
  if (names.length === 0) return noHeaders;
  const written = headerMap<IHeaders[string]>();
  for (const name of names) written[name] = toValue(headers[name]);
  return written;
}

function toValue(value: Headers[string] | null | undefined): IHeaders[string] {
  return isHeaderList(value) ? value.map(toHeader) : toHeader(value);
}

/**
 * Converts the value of a header for kafkajs. Plain JavaScript may send a header that is null or undefined, and kafkajs would throw
 * on it, so such a header becomes empty.
 */
function toHeader(value: HeaderValue | null | undefined): string | Buffer {
  if (value === null || value === undefined) return Buffer.alloc(0);
  return typeof value === 'string' ? value : bytes(value);
}

function bytes(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

export function groupByTopic(
  records: readonly Outgoing[],
): { readonly topic: string; readonly messages: Outgoing[] }[] {
  const topics = new Map<string, Outgoing[]>();
  for (const record of records) {
    const messages = topics.get(record.topic);
    if (messages === undefined) topics.set(record.topic, [record]);
    else messages.push(record);
  }
  return Array.from(topics, ([topic, messages]) => ({
    topic,
    messages: sortedByPartition(messages),
  }));
}

import { isUtf8 } from 'node:buffer';
import { firstHeader, type Headers } from '#base';
import { type InboundMessage, type SourcePartition } from 'throughline/transport';
import {
  readContext,
  type Incoming,
  type MessageContext,
  type SystemFacts,
  type Traceparent,
} from 'throughline/tracing';
import type { KafkaRecord } from '../../driver.js';
import type { Partition } from './partition.js';
import { KAFKA_FACTS } from '../../span-facts.js';

/** Determines which records from a topic are handled in order. */
export type Order = 'key' | 'partition' | 'none';

const RECORD_OVERHEAD = 100;

/**
 * A lone surrogate, with which the names of some lanes begin. No text decoded from UTF-8 begins with one, so such a name cannot
 * equal a key.
 */
const NO_KEY = '\ud800';
const NOT_TEXT = '\ud801';
/** The character that a decoder substitutes for bytes that are not UTF-8. */
const REPLACED = '\ufffd';

/**
 * Returns the name of a record's lane. A record without an order has its own lane, named by its offset. If the record is read again
 * after a rebalance while its first run is still in progress, the second run waits in the same lane for the first one. Keys that
 * are not UTF-8 are distinguished by their bytes, because several keys can decode to the same text.
 */
const laneOf = (order: Order, key: string | null, bytes: Uint8Array | null, at: number): string => {
  if (order === 'partition') return '';
  if (order === 'none' || key === null || bytes === null) return `${NO_KEY}${at}`;
  // A key contains this character if it lost bytes when it was decoded, or if the character was in the original key. Only the bytes
  // can tell.
  if (!key.includes(REPLACED) || isUtf8(bytes)) return key;
  return NOT_TEXT + Buffer.from(bytes).toString('latin1');
};

/** Decodes the bytes of a key as text. For a key, a `TextDecoder` would take three times as long. */
const textOf = (key: Uint8Array): string =>
  (Buffer.isBuffer(key) ? key : Buffer.from(key)).toString('utf8');

/**
 * A Kafka record, as an inbound message and as the data that a tracer reads. Computes everything on demand. Otherwise, a record of
 * a few bytes would carry a dozen objects.
 */
export class KafkaInbound implements InboundMessage, Incoming {
  readonly system = 'kafka';
  readonly key: string | null;
  readonly lane: string;
  readonly offset: number;
  readonly #record: KafkaRecord;
  #context: MessageContext | undefined;

  constructor(
    record: KafkaRecord,
    readonly partition: Partition,
    readonly receivedAt: number,
    order: Order,
    readonly group: string,
  ) {
    this.#record = record;
    this.offset = record.offset;
    this.key = record.key === null ? null : textOf(record.key);
    this.lane = laneOf(order, this.key, record.key, this.offset);
  }

  get origin(): SourcePartition {
    return this.partition.origin;
  }

  get id(): string {
    return `${this.partition.origin.name}/${this.offset}`;
  }

  /** The bytes of the record's key. They are needed because a key need not be text. */
  get rawKey(): Uint8Array | null {
    return this.#record.key;
  }

  get raw(): Uint8Array | null {
    return this.#record.value;
  }

  get headers(): Headers {
    return this.#record.headers;
  }

  get bytes(): number {
    const { key, value } = this.#record;
    return (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD;
  }

  detach(): void {
    this.#record.detach?.();
  }

  get failures(): number {
    return this.partition.ledger.failuresOf(this.offset);
  }

  get isOurs(): boolean {
    return this.partition.isOurs;
  }

  get signal(): AbortSignal {
    return this.partition.signal;
  }

  /** Returns this message, because it contains everything that a tracer reads. */
  get incoming(): this {
    return this;
  }

  get systemFacts(): SystemFacts {
    return KAFKA_FACTS;
  }

  get destination(): string {
    return this.partition.topic;
  }

  get sentAt(): number {
    return this.#record.timestamp;
  }

  get facts(): Readonly<Record<string, string | number>> {
    return { partition: this.partition.number, offset: this.offset, group: this.group };
  }

  get malformedContext(): string | undefined {
    return this.#readContext().malformed;
  }

  get traceparent(): string | undefined {
    return this.#readContext().traceparent;
  }

  get parent(): Traceparent | undefined {
    return this.#readContext().parent;
  }

  get tracestate(): string | undefined {
    return this.#readContext().tracestate;
  }

  #readContext(): MessageContext {
    return (this.#context ??= readContext((name) => firstHeader(this.#record.headers, name)));
  }
}

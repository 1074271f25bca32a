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
import type { KafkaRecord } from './driver.js';
import type { Partition } from './partition.js';
import { KAFKA_FACTS } from './span-facts.js';

/** What keeps order in a topic. */
export type Order = 'key' | 'partition' | 'none';

const WEIGHT_OF_A_RECORD = 100;

/** Half of a surrogate pair: no text that was read from UTF-8 begins with one, so what does is nobody's key. */
const NO_KEY = '\ud800';
const NOT_TEXT = '\ud801';
/** What stands in a text for bytes that are not UTF-8. */
const REPLACED = '\ufffd';

/**
 * What stands in no order is a lane by itself, under its offset: where it is read again after a rebalance while its run still
 * goes on, it waits behind that run. Keys that are not text would be one lane if they went by what is left of them as text.
 */
const laneOf = (order: Order, key: string | null, bytes: Uint8Array | null, at: number): string => {
  if (order === 'partition') return '';
  if (order === 'none' || key === null || bytes === null) return `${NO_KEY}${at}`;
  // Only a key that has lost bytes as text, or that has this character of its own, is worth a look at them.
  if (!key.includes(REPLACED) || isUtf8(bytes)) return key;
  return NOT_TEXT + Buffer.from(bytes).toString('latin1');
};

/** A `TextDecoder` takes three times as long for a key. */
const textOf = (key: Uint8Array): string =>
  (Buffer.isBuffer(key) ? key : Buffer.from(key)).toString('utf8');

/**
 * A record as an arrival, and as what a tracer wants to know of it. Nothing is built that nobody asks for: a record of a few
 * bytes would otherwise carry a dozen objects.
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

  /** The key's bytes; not every key is text. */
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
    return (key?.length ?? 0) + (value?.length ?? 0) + WEIGHT_OF_A_RECORD;
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

  /** The record is all that a tracer asks for. */
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

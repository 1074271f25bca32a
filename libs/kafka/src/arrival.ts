import { firstHeader, type Arrival, type Headers, type ShardId } from 'throughline';
import {
  readContext,
  type Incoming,
  type MessageContext,
  type Traceparent,
} from 'throughline/tracing';
import type { KafkaRecord } from './driver.js';
import type { Partition } from './partition.js';

/** What keeps order in a topic. */
export type Order = 'key' | 'partition' | 'none';

const WEIGHT_OF_A_RECORD = 100;

/**
 * What stands in no order is a lane by itself, under its offset: where it is read again after a rebalance while its run still
 * goes on, it waits behind that run.
 */
const laneOf = (order: Order, key: string | null, offset: number): string => {
  if (order === 'partition') return '';
  // No prefix for keys, since a lane is looked up by it: a key that looks like the other kind only waits needlessly.
  return order === 'key' && key !== null ? key : `\u0000#${offset}`;
};

/** A `TextDecoder` takes three times as long for a key. */
const textOf = (key: Uint8Array): string =>
  (Buffer.isBuffer(key) ? key : Buffer.from(key)).toString('utf8');

/**
 * A record as an arrival, and as what a tracer wants to know of it. Nothing is built that nobody asks for: a record of a few
 * bytes would otherwise carry a dozen objects.
 */
export class KafkaArrival implements Arrival, Incoming {
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
    this.lane = laneOf(order, this.key, this.offset);
  }

  get shard(): ShardId {
    return this.partition.shard;
  }

  get id(): string {
    return `${this.partition.shard.name}/${this.offset}`;
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

  keep(): void {
    this.#record.keep?.();
  }

  get failures(): number {
    return this.partition.ledger.failuresOf(this.offset);
  }

  get signal(): AbortSignal {
    return this.partition.signal;
  }

  /** The record is all that a tracer asks for. */
  get incoming(): this {
    return this;
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

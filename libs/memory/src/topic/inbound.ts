import { firstHeader, headersFrom, valuesOf, type Headers } from '#base';
import type { InboundMessage, SourcePartition } from 'throughline/transport';
import { readContext, type Incoming } from 'throughline/tracing';
import { copyOf, textOf } from '../message.js';
import type { AssignedPartition } from './partition.js';
import type { TopicRecord } from './topic.js';

/** Determines which records are handled in order. */
export type Order = 'key' | 'partition' | 'none';

const RECORD_OVERHEAD = 100;

/** A record that a member of a consumer group has received. */
export class TopicInbound implements InboundMessage {
  readonly lane: string;
  readonly id: string;
  readonly key: string | null;
  readonly rawKey: Uint8Array | null;
  readonly raw: Uint8Array | null;
  readonly headers: Headers;
  readonly details: string | undefined;
  readonly bytes: number;
  readonly failures: number;
  readonly incoming: Incoming;
  readonly malformedContext: string | undefined;
  readonly offset: number;

  constructor(
    { offset, timestamp, message }: TopicRecord,
    readonly partition: AssignedPartition,
    { order, group }: { readonly order: Order; readonly group: string },
    readonly receivedAt: number,
  ) {
    const { topic, number, progress } = partition;
    this.offset = offset;
    this.id = `${partition.origin.name}/${offset}`;
    this.lane = laneOf(order, message.key, offset);
    this.rawKey = message.key;
    this.key = textOf(message.key);
    this.raw = message.body === null ? null : copyOf(message.body);
    this.headers = asBytes(message.headers);
    this.details = message.details;
    this.bytes = (this.rawKey?.length ?? 0) + (this.raw?.length ?? 0) + RECORD_OVERHEAD;
    this.failures = progress.failuresOf(offset);
    const { malformed, ...context } = readContext((name) => firstHeader(message.headers, name));
    this.malformedContext = malformed;
    this.incoming = {
      system: 'kafka',
      destination: topic.name,
      ...context,
      id: this.id,
      sentAt: timestamp,
      facts: { partition: number, offset, group },
    };
  }

  get origin(): SourcePartition {
    return this.partition.origin;
  }

  get signal(): AbortSignal {
    return this.partition.signal;
  }

  get isOurs(): boolean {
    return !this.partition.signal.aborted;
  }
}

/**
 * Returns the lane of a record. A record without an order has its own lane, which its offset identifies. If such a record is read
 * again after a rebalance while its first run continues, the second run therefore waits for the first.
 */
function laneOf(order: Order, key: Uint8Array | null, offset: number): string {
  if (order === 'partition') return 'partition';
  if (order === 'none' || key === null) return `offset ${offset}`;
  return `key ${Buffer.from(key).toString('latin1')}`;
}

/** Converts header values to bytes. Kafka delivers bytes, whatever type was sent. */
const asBytes = (headers: Headers): Headers =>
  headersFrom(
    Object.entries(headers).flatMap(([name, value]) =>
      valuesOf(value).map((one) => [name, Buffer.from(one)] as const),
    ),
  );

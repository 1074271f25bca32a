import {
  isHeaderList,
  SharedRequests,
  type Headers,
  type HeaderValue,
  type Outbound,
  type Receipt,
} from 'throughline';
import { BINARY_TRACEPARENT, encodeBinaryTraceparent } from 'throughline/tracing';
import type { KafkaProducer, OutgoingRecord, Position } from './driver.js';
import { told, unavailable } from './failures.js';
import { shardName } from './partition.js';

const MAX_RECORDS = 10_000;
/** Below a broker's own limit (message.max.bytes, 1 MiB), whatever partition they all go to. */
const MAX_BYTES = 900_000;
/** What a record takes at most besides what its sender has written, and so does a header (varints of lengths, offset, time). */
const BYTES_BESIDE = 30;

/** A record that somebody waits for. */
interface AwaitedRecord extends OutgoingRecord {
  /** For how long, in milliseconds. */
  readonly timeout: number;
}

/** Sends through one producer, one request at a time: what is sent meanwhile goes together in the next, in order. */
export class Sender {
  readonly #requests: SharedRequests<AwaitedRecord, Position, Receipt>;

  constructor(producer: KafkaProducer, quiet: <R>(clientCall: () => R) => R) {
    this.#requests = new SharedRequests({
      inFlight: 1,
      most: MAX_RECORDS,
      fit: howManyFit,
      send: (records: readonly AwaitedRecord[]) => quiet(() => producer.send(records)),
      succeeded: receiptOf,
      tooLate: (record) =>
        unavailable(doing(record), new Error(`no answer within ${record.timeout / 1_000} s`)),
      failed: (record, reason) => told(doing(record), reason),
    });
  }

  /** Rejects with `TL_KAFKA_UNAVAILABLE`, `TL_KAFKA_REFUSED`. */
  send(topic: string, message: Outbound): Promise<Receipt> {
    const { key, body: value, partition, timeout } = message;
    const headers = withContext(message);
    return this.#send(
      partition === undefined
        ? { topic, key, value, headers, timeout }
        : { topic, key, value, headers, timeout, partition },
    );
  }

  /** Writes a record as it is; gives up after `timeout` milliseconds. */
  write(record: OutgoingRecord, timeout: number): Promise<Receipt> {
    return this.#send({ ...record, timeout });
  }

  #send(record: AwaitedRecord): Promise<Receipt> {
    return this.#requests.send(record, Date.now() + record.timeout);
  }
}

const doing = ({ topic }: OutgoingRecord): string => `sending to "${topic}"`;

const receiptOf = (_: AwaitedRecord, position: Position): Receipt => ({
  id: `${shardName(position)}/${position.offset}`,
  context: 'whole',
});

/**
 * The user's headers with the trace context beside them, as text and in binary: Elastic's Python agent reads nothing but the
 * binary form, its Node agent nothing but the text (elastic/apm, tracing-distributed-tracing). What the user set stays.
 */
function withContext({ headers, traceparent, tracestate }: Outbound): Headers {
  if (traceparent === undefined) return headers;
  const binary = encodeBinaryTraceparent(traceparent);
  return {
    traceparent,
    ...(tracestate !== undefined && { tracestate }),
    ...(binary !== undefined && { [BINARY_TRACEPARENT]: binary }),
    ...headers,
  };
}

function howManyFit(waiting: readonly OutgoingRecord[]): number {
  let bytes = 0;
  let count = 0;
  for (const { key, value, headers } of waiting) {
    bytes += bytesOf(value) + bytesOf(key) + bytesOfHeaders(headers) + BYTES_BESIDE;
    if (bytes > MAX_BYTES && count > 0) break;
    count += 1;
  }
  return count;
}

function bytesOfHeaders(headers: Headers): number {
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    const values = isHeaderList(value) ? value : [value];
    for (const one of values) bytes += Buffer.byteLength(name) + bytesOf(one) + BYTES_BESIDE;
  }
  return bytes;
}

/** Plain JavaScript also sends headers that are null. */
const bytesOf = (part: HeaderValue | null | undefined): number =>
  part === null || part === undefined ? 0 : Buffer.byteLength(part);

import type { IHeaders, KafkaMessage } from 'kafkajs';
import { NO_HEADERS, type Headers, type HeaderValue } from '#base';

import type { KafkaRecord } from '../../../driver.js';
import { headerMap } from '../../../produce/header-map.js';

type Fetched = Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'timestamp'> & {
  /** The data of the record's batch, as kafkajs has read it. Records from before Kafka 0.11 have no such data. */
  readonly batchContext?: { readonly partitionLeaderEpoch?: number };
};

/** A record from a fetch response. Its fields are converted only when they are read, and copied only by `detach`. */
export class FetchedRecord implements KafkaRecord {
  readonly offset: number;
  #message: Fetched;
  #headers: Headers | undefined;

  constructor(message: KafkaMessage) {
    this.offset = Number(message.offset);
    this.#message = message;
  }

  get key(): Uint8Array | null {
    return this.#message.key;
  }

  get value(): Uint8Array | null {
    return this.#message.value;
  }

  get headers(): Headers {
    return (this.#headers ??= toHeaders(this.#message.headers));
  }

  get timestamp(): number {
    return Number(this.#message.timestamp);
  }

  get leaderEpoch(): number {
    return this.#message.batchContext?.partitionLeaderEpoch ?? -1;
  }

  detach(): void {
    const { key, value, headers, timestamp, batchContext } = this.#message;
    this.#message = {
      key: key && ownBytes(key),
      value: value && ownBytes(value),
      ...(headers !== undefined && { headers: ownHeaders(headers) }),
      timestamp,
      ...(batchContext !== undefined && { batchContext }),
    };
    this.#headers = undefined;
  }
}

/** Copies headers into an object without a prototype, with empty bytes for a header without a value. */
function toHeaders(headers: IHeaders | undefined): Headers {
  if (headers === undefined) return NO_HEADERS;
  const names = Object.keys(headers);
  if (names.length === 0) return NO_HEADERS;
  const read = headerMap<Headers[string]>();
  for (const name of names) {
    const value = headers[name];
    read[name] = Array.isArray(value) ? value.map(toHeaderValue) : toHeaderValue(value);
  }
  return read;
}

/**
 * Returns the value of a header. Java clients may write headers without a value. Their value becomes empty bytes, so that readers
 * need not check for null.
 */
const toHeaderValue = (value: HeaderValue | null | undefined): HeaderValue =>
  value ?? Buffer.alloc(0);

function ownHeaders(headers: IHeaders): IHeaders {
  const own = headerMap<IHeaders[string]>();
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    own[name] = Array.isArray(value) ? value.map(ownValue) : ownValue(value);
  }
  return own;
}

const ownValue = <T>(value: T): T | Buffer => (Buffer.isBuffer(value) ? ownBytes(value) : value);

/**
 * Copies bytes out of the fetch response. kafkajs returns slices of the response, so a small record would keep all of it in memory.
 */
function ownBytes(slice: Buffer): Buffer {
  return slice.byteLength * 2 < slice.buffer.byteLength ? Buffer.from(slice) : slice;
}

import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Headers, HeaderValue } from 'throughline';

import type { KafkaRecord } from '../../driver.js';

const NO_HEADERS: Headers = Object.freeze({});

type Fetched = Pick<KafkaMessage, 'key' | 'value' | 'headers' | 'timestamp'>;

/**
 * A record in our words. Of what it holds nothing is converted, nor copied out of the fetch response, before somebody asks for
 * it.
 */
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

  keep(): void {
    const { key, value, headers, timestamp } = this.#message;
    this.#message = {
      key: key && ownBytes(key),
      value: value && ownBytes(value),
      ...(headers !== undefined && { headers: ownHeaders(headers) }),
      timestamp,
    };
    this.#headers = undefined;
  }
}

const hasValues = (headers: IHeaders): headers is Readonly<Record<string, string | Buffer>> => {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string' && !Buffer.isBuffer(value)) return false;
  }
  return true;
};

/** As kafkajs has them, save where one has no value, or several: to write them down anew costs as much as to decode them. */
function toHeaders(headers: IHeaders | undefined): Headers {
  if (headers === undefined) return NO_HEADERS;
  if (hasValues(headers)) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(toHeaderValue) : toHeaderValue(value),
    ]),
  );
}

/** A header without a value is empty bytes: Java's clients write such, and no reader should have to ask for null. */
const toHeaderValue = (value: HeaderValue | null | undefined): HeaderValue =>
  value ?? Buffer.alloc(0);

const ownHeaders = (headers: IHeaders): IHeaders =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(ownValue) : ownValue(value),
    ]),
  );

const ownValue = <T>(value: T): T | Buffer => (Buffer.isBuffer(value) ? ownBytes(value) : value);

/** kafkajs hands out slices of the whole fetch response: one small record that is kept would keep all of it. */
function ownBytes(slice: Buffer): Buffer {
  return slice.byteLength * 2 < slice.buffer.byteLength ? Buffer.from(slice) : slice;
}

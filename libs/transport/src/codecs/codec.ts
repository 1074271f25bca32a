import { isUtf8 } from 'node:buffer';
import { types } from 'node:util';
import type { OptionRule } from '#base';
import { isRecord } from '#base';

/** What a codec knows about the message that it encodes or decodes. */
export interface CodecContext {
  /** The name of the queue or topic at the broker. */
  readonly destination: string;
  /** The part of the message: its body, or its key. */
  readonly part: 'body' | 'key';
}

/**
 * Converts payloads to the bytes of a message, and back. It can be the `codec` of a channel, for bodies, or its `keyCodec`, for
 * keys. Both methods may be asynchronous.
 *
 * If `decode` throws an error without an error class, the message becomes a dead letter, because decoding the same bytes would
 * fail again. If a service does not respond, throw a `ThroughlineError` whose code ends with `_UNAVAILABLE`: the message is then
 * retried, and the attempt does not count.
 *
 * @example
 * const packed: Codec = { name: 'msgpack', encode: (value) => pack(value), decode: (bytes) => unpack(bytes) };
 */
export interface Codec<T = unknown> {
  /** The name that errors show. */
  readonly name: string;
  /** Encodes a payload. A returned string is written in UTF-8. `null` is never passed: it is a tombstone, which has no body. */
  readonly encode: (
    value: T,
    context: CodecContext,
  ) => string | Uint8Array | Promise<string | Uint8Array>;
  /**
   * Decodes the body or the key of a message. The channel's schema validates a decoded body. The bytes belong to the broker's
   * client, so copy what the result needs.
   */
  readonly decode: (bytes: Uint8Array, context: CodecContext) => unknown;
}

/** The default codec. It is synchronous, and ignores the context. */
export interface JsonCodec extends Codec {
  readonly encode: (value: unknown) => string;
  readonly decode: (bytes: Uint8Array) => unknown;
}

/**
 * JSON in UTF-8, which is the default of all channels.
 *
 * @example
 * export const orders = topic('orders', { schema: Order, codec: json() });
 */
export const json = (): JsonCodec => JSON_CODEC;

/**
 * Text in UTF-8. A message whose bytes are not UTF-8 becomes a dead letter.
 *
 * @example
 * export const lines = topic('lines', { schema: z.string(), codec: text() });
 */
export const text = (): Codec<string> => TEXT;

/**
 * Bytes, unchanged. SQS accepts only text, so bytes that are not text are sent in base64, with an attribute that marks them.
 *
 * @example
 * export const thumbnails = topic('thumbnails', { schema: z.instanceof(Uint8Array), codec: bytes() });
 */
export const bytes = (): Codec<Uint8Array> => BYTES;

const JSON_CODEC: JsonCodec = Object.freeze({
  name: 'json',
  encode: (value: unknown): string => {
    const encoded: unknown = JSON.stringify(value);
    if (typeof encoded === 'string') return encoded;
    throw new TypeError(`A value of type ${typeof value} cannot be converted to JSON.`);
  },
  decode: (raw: Uint8Array): unknown => {
    const decoded = utf8(raw);
    return JSON.parse(decoded.charCodeAt(0) === BYTE_ORDER_MARK ? decoded.slice(1) : decoded);
  },
});

const TEXT: Codec<string> = Object.freeze({
  name: 'text',
  encode: (value: string): string => {
    if (typeof value !== 'string')
      throw new TypeError(`The value must be a string, but is of type ${typeof value}.`);
    if (!value.isWellFormed()) throw new TypeError('The text contains a lone surrogate.');
    return value;
  },
  decode: utf8,
});

const BYTES: Codec<Uint8Array> = Object.freeze({
  name: 'bytes',
  encode: (value: Uint8Array): Uint8Array => {
    if (!types.isUint8Array(value))
      throw new TypeError(`The value must be a Uint8Array, but is of type ${typeof value}.`);
    return value;
  },
  // Returns a copy. A handler may change its payload, and the bytes of a dead letter must not change with it.
  decode: (raw: Uint8Array): Uint8Array => Buffer.from(raw),
});

const BYTE_ORDER_MARK = 0xfeff;

/** Decodes UTF-8. A strict `TextDecoder` would take three times as long for a message of typical size. */
function utf8(raw: Uint8Array): string {
  if (!isUtf8(raw)) throw new TypeError('The bytes are not valid UTF-8.');
  const buffer = Buffer.isBuffer(raw) ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  return buffer.toString('utf8');
}

/** The rule for an option that takes a codec. */
export const codecRule: OptionRule = {
  expected: 'a codec, such as bytes(), or an object with name, encode and decode',
  accepts: (value) =>
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.encode === 'function' &&
    typeof value.decode === 'function',
};

import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { gunzipSync, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import {
  headersFrom,
  ThroughlineError,
  valuesOf,
  withoutHeader,
  type Headers,
  type HeaderValue,
} from '#base';
import { isAttributeName, MAX_ATTRIBUTES, textIn } from '../messages/attributes.js';

/** The name of the attribute with the marker, which says how another broker's message is stored and how to restore it. */
export const PACKED = 'throughline-packed';

const VERSION = 1;
/**
 * The maximum number of headers that are stored as attributes. The marker and the cause use two of the ten attributes that SQS
 * allows.
 */
const MOST_HEADERS = MAX_ATTRIBUTES - 2;
/**
 * The maximum size of an unpacked body, in bytes. Without a limit, anyone who can write to the queue could exhaust the memory of
 * its readers.
 */
const LARGEST_UNPACKED = 256 * 1_024 * 1_024;
/**
 * The maximum size of an unpacked marker, in bytes. It is far more than the key and headers that a broker accepts with a message.
 * Parsing the marker's JSON takes ten times as much memory, and running out of memory would end the process.
 */
const LARGEST_MARKER = 16 * 1_024 * 1_024;
/** The body that replaces an empty body, which SQS cannot store. The marker says what was replaced. */
const EMPTY = '(empty)';
const TOMBSTONE = '(tombstone)';
/** The headers that stay attributes even if all others are packed, so that other tools can follow the trace. */
const TRACE_HEADERS = ['traceparent', 'tracestate'];

type Attributes = Record<string, MessageAttributeValue>;

/** A message from another broker, with the bytes of its key. */
export interface ForeignMessage {
  readonly key: Uint8Array | null;
  readonly raw: Uint8Array | null;
  readonly headers: Headers;
}

/** A message from another broker in the form in which SQS stores it, without the cause. */
export interface PackedForm {
  readonly body: string;
  readonly attributes: Readonly<Attributes>;
}

/** A value in the marker: plain ASCII text, which every server accepts, or bytes in base64. */
type Packed = string | { readonly b: string };

/**
 * The marker, which describes how a message is packed. Missing fields mean that there is no key, that the body is unchanged, or
 * that the headers are attributes.
 */
interface Marker {
  readonly v: number;
  readonly key?: Packed;
  readonly body?: 'base64' | 'gzip' | 'empty' | 'tombstone';
  readonly headers?: readonly (readonly [name: string, value: Packed])[];
  /** The rest of the marker, gzipped, in base64. */
  readonly z?: string;
}

/** Packs a message so that it stays readable in the queue: body and headers are unchanged if SQS accepts them. */
export function pack(message: ForeignMessage): PackedForm {
  const { body, encoding } = plainBody(message.raw);
  const headers = withoutHeader(message.headers, DEAD_LETTER_HEADER);
  const attributes = plainAttributes(headers);
  const marker = { ...markerOf(message), ...(encoding && { body: encoding }) };
  return attributes === undefined
    ? { body, attributes: withMarker(traceOf(headers), { ...marker, headers: listOf(headers) }) }
    : { body, attributes: withMarker(attributes, marker) };
}

/**
 * Packs a message as small as possible. Returns `undefined` if there is nothing to compress, or if the result could not be unpacked
 * again.
 */
export async function packSmall(message: ForeignMessage): Promise<PackedForm | undefined> {
  const { raw } = message;
  if (raw === null || raw.length > LARGEST_UNPACKED) return undefined;
  const body = raw.length === 0 ? EMPTY : (await compress(raw)).toString('base64');
  const headers = withoutHeader(message.headers, DEAD_LETTER_HEADER);
  const marker: Marker = {
    ...markerOf(message),
    body: raw.length === 0 ? 'empty' : 'gzip',
    headers: listOf(headers),
  };
  const text = json(marker);
  if (text.length > LARGEST_MARKER) return undefined;
  const small = { v: VERSION, z: (await compress(text)).toString('base64') };
  const isSmaller = json(small).length < text.length;
  return { body, attributes: withMarker(traceOf(headers), isSmaller ? small : marker) };
}

/**
 * Restores a packed message byte for byte. Returns `undefined` for a message without a marker.
 *
 * @throws ThroughlineError `TL_SQS_LETTER_UNREADABLE` for a broken marker, or one of a later version
 */
export function unpack(
  body: string,
  attributes: NonNullable<Message['MessageAttributes']>,
): ForeignMessage | undefined {
  const text = Object.hasOwn(attributes, PACKED) ? attributes[PACKED]?.StringValue : undefined;
  if (text === undefined) return undefined;
  try {
    const { key, headers, ...marker } = readMarker(text);
    return {
      key: key === undefined ? null : bytesOf(key),
      raw: readBody(body, marker.body),
      headers:
        headers === undefined
          ? headersOfAttributes(attributes)
          : headersFrom(headers.map(([name, value]) => [name, bytesOf(value)])),
    };
  } catch (cause) {
    throw new ThroughlineError(
      'TL_SQS_LETTER_UNREADABLE',
      `This version of Throughline cannot read the attribute "${PACKED}" of a dead letter, so the dead letter stays in its queue. Redrive ` +
        'the dead letter with the version that stored it, or with a later version.',
      { cause, errorClass: 'refused' },
    );
  }
}

const compressed = promisify(gzip);
const compress = (bytes: Uint8Array | string): Promise<Buffer> => compressed(bytes);

const decompress = (text: string, maxOutputLength: number): Buffer =>
  gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength });

const markerOf = ({ key }: ForeignMessage): Marker => ({
  v: VERSION,
  ...(key !== null && { key: packedText(key) }),
});

/** Formats the marker as JSON with all non-ASCII characters escaped: SQS refuses some of them, and other servers refuse more. */
const json = (marker: Marker): string =>
  JSON.stringify(marker).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const withMarker = (attributes: Readonly<Attributes>, marker: Marker): Attributes => ({
  ...attributes,
  [PACKED]: { DataType: 'String', StringValue: json(marker) },
});

function plainBody(raw: Uint8Array | null): {
  readonly body: string;
  readonly encoding?: NonNullable<Marker['body']>;
} {
  if (raw === null) return { body: TOMBSTONE, encoding: 'tombstone' };
  if (raw.length === 0) return { body: EMPTY, encoding: 'empty' };
  const text = textIn(raw);
  return text === undefined
    ? { body: Buffer.from(raw).toString('base64'), encoding: 'base64' }
    : { body: text };
}

/** Converts the headers of another broker's message to attributes. Returns `undefined` if SQS does not accept all of them. */
function plainAttributes(headers: Headers): Attributes | undefined {
  const entries = Object.entries(headers);
  if (entries.length > MOST_HEADERS) return undefined;
  const attributes: Attributes = {};
  for (const [name, all] of entries) {
    const [value, ...others] = valuesOf(all);
    if (value === undefined || value.length === 0 || others.length > 0) return undefined;
    if (!isAttributeName(name) || name === PACKED) return undefined;
    attributes[name] = attributeOf(Buffer.from(value));
  }
  return attributes;
}

function attributeOf(bytes: Uint8Array): MessageAttributeValue {
  const text = textIn(bytes);
  return text === undefined
    ? { DataType: 'Binary', BinaryValue: bytes }
    : { DataType: 'String', StringValue: text };
}

function traceOf(headers: Headers): Attributes {
  const attributes: Attributes = {};
  for (const name of TRACE_HEADERS) {
    const [value, ...others] = Object.hasOwn(headers, name) ? valuesOf(headers[name] ?? []) : [];
    const text = value === undefined ? undefined : textIn(Buffer.from(value));
    if (text === undefined || text === '' || others.length > 0) continue;
    attributes[name] = { DataType: 'String', StringValue: text };
  }
  return attributes;
}

const listOf = (headers: Headers): NonNullable<Marker['headers']> =>
  Object.entries(headers).flatMap(([name, all]) =>
    valuesOf(all).map((value) => [name, packedText(Buffer.from(value))] as const),
  );

function packedText(bytes: Uint8Array): Packed {
  const text = Buffer.from(bytes).toString('latin1');
  return /^[ -~]*$/.test(text) ? text : { b: Buffer.from(bytes).toString('base64') };
}

const bytesOf = (value: Packed): Uint8Array =>
  typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value.b, 'base64');

function readBody(body: string, encoding: Marker['body']): Uint8Array | null {
  switch (encoding) {
    case undefined:
      return Buffer.from(body);
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'gzip':
      return decompress(body, LARGEST_UNPACKED);
    case 'empty':
      return Buffer.alloc(0);
    case 'tombstone':
      return null;
  }
}

/** Converts the headers of a packed message back to bytes. */
const headersOfAttributes = (attributes: NonNullable<Message['MessageAttributes']>): Headers =>
  headersFrom(
    Object.entries(attributes).flatMap(([name, { StringValue, BinaryValue }]) => {
      const value: HeaderValue | undefined = StringValue ?? BinaryValue;
      const isOurs = name === PACKED || name === DEAD_LETTER_HEADER;
      return value === undefined || isOurs ? [] : [[name, Buffer.from(value)] as const];
    }),
  );

function readMarker(text: string): Marker {
  const marker: unknown = JSON.parse(text);
  if (!isMarker(marker))
    throw new Error(
      `The attribute "${PACKED}" is not in the format of this version of Throughline.`,
    );
  if (marker.z === undefined) return marker;
  const rest: unknown = JSON.parse(decompress(marker.z, LARGEST_MARKER).toString());
  if (!isMarker(rest))
    throw new Error(
      `The compressed part of the attribute "${PACKED}" is not in the format of this version of Throughline.`,
    );
  return rest;
}

const isPacked = (value: unknown): value is Packed =>
  typeof value === 'string' ||
  (typeof value === 'object' && value !== null && 'b' in value && typeof value.b === 'string');

const isEntry = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isPacked(value[1]);

const ENCODINGS: ReadonlySet<unknown> = new Set(['base64', 'gzip', 'empty', 'tombstone']);

function isMarker(value: unknown): value is Marker {
  if (typeof value !== 'object' || value === null || !('v' in value)) return false;
  const { v, key, body, headers, z }: { [field in keyof Marker]?: unknown } = value;
  return (
    v === VERSION &&
    (key === undefined || isPacked(key)) &&
    (body === undefined || ENCODINGS.has(body)) &&
    (headers === undefined || (Array.isArray(headers) && headers.every(isEntry))) &&
    (z === undefined || typeof z === 'string')
  );
}

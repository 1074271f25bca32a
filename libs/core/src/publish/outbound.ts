import type { Sending } from 'throughline/tracing';
import { types } from 'node:util';
import {
  channelText,
  json,
  type AnyChannel,
  type Codec,
  type CodecContext,
  type Connection,
} from 'throughline/transport';
import { isAwaitable, isRecord, kindOfValue, milliseconds, optionInvalid, rule } from '#base';
import { errorClassOf, printable, readable, reasonOf, ThroughlineError, withFullStop } from '#base';
import { andThen, type MaybePromise } from '#base';
import type { Outbound } from 'throughline/transport';
import { validate } from '../validation.js';
import { checkedHeaders, checkedKey } from './outbound-checks.js';
import type { CommonPublishOptions } from './publisher.js';

const PUBLISH_TIMEOUT = '10s';
const LONGEST_REASON = 300;
const JSON_CODEC = json();

/** The body and the key of a message after validation and encoding. */
export type Contents = Pick<Outbound, 'body' | 'key'>;

/** The checked options of a publish, shared by all messages of one call. */
export type Terms = Pick<Outbound, 'headers' | 'timeout' | 'terms'>;

const USUAL_TERMS: Terms = Object.freeze({
  headers: checkedHeaders(undefined),
  timeout: milliseconds(PUBLISH_TIMEOUT),
  terms: undefined,
});

/** @throws ThroughlineError `TL_HEADER_INVALID`, `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN` */
export function termsOf(
  { channel, connection }: { readonly channel: AnyChannel; readonly connection: Connection },
  options: CommonPublishOptions | undefined,
): Terms {
  if (options === undefined) return USUAL_TERMS;
  checkTerms(channel, options);
  const { headers, publishTimeout, key: _key, ...own } = options;
  return {
    headers: checkedHeaders(headers),
    timeout: publishTimeout === undefined ? USUAL_TERMS.timeout : milliseconds(publishTimeout),
    terms: Object.keys(own).length === 0 ? undefined : connection.publishTerms(channel, own),
  };
}

/**
 * Checks the common publish options, with a few comparisons. The headers, the key and the transport's own options are checked
 * where they are read.
 */
function checkTerms(channel: AnyChannel, options: CommonPublishOptions): void {
  const refused = (option: string, expected: string, value: unknown): ThroughlineError =>
    optionInvalid(`a publish to ${channelText(channel)}`, option, expected, value);
  if (!isRecord(options) || isAwaitable(options)) {
    throw refused('options', rule.object.expected, options);
  }
  const { publishTimeout } = options;
  if (publishTimeout !== undefined && !rule.duration.accepts(publishTimeout)) {
    throw refused('publishTimeout', rule.duration.expected, publishTimeout);
  }
}

/** A channel, and the connection that knows the channel's name at the broker. */
interface Route {
  readonly channel: AnyChannel;
  readonly connection: Pick<Connection, 'destination'>;
}

/**
 * Validates and encodes a payload. Returns a promise only if the schema or a codec is asynchronous.
 *
 * @param ownKey the key in the publish options. If it is `undefined`, the channel's `key` derives the key from the payload.
 * @throws ThroughlineError `TL_MESSAGE_INVALID`, `TL_KEY_MISSING`, `TL_KEY_INVALID`, or an error of the codec if it has an error
 * class
 */
export const contentsOf = (
  route: Route,
  payload: unknown,
  ownKey: unknown,
): MaybePromise<Contents> =>
  andThen(validate(route.channel, payload), (checked: unknown) =>
    contents(route, payload, checked, ownKey),
  );

/**
 * Creates the outbound message. The code lists every field, because copying an object would cost more than everything else in
 * this function.
 */
export const outboundOf = (
  channel: AnyChannel,
  { body, key }: Contents,
  { headers, timeout, terms }: Terms,
  { traceparent, tracestate }: Pick<Sending, 'traceparent' | 'tracestate'>,
): Outbound => ({
  channel,
  body,
  key,
  headers,
  timeout,
  terms,
  traceparent,
  tracestate,
});

/**
 * Returns the body and the key of a message. A tombstone has no payload from which a key could be derived, so its key must be in
 * the publish options. The payload is encoded as you published it, not as the schema returned it, because the handler's side
 * validates it with the same schema again.
 */
function contents(
  { channel, connection }: Route,
  payload: unknown,
  checked: unknown,
  ownKey: unknown,
): MaybePromise<Contents> {
  const isTombstone = channel.tombstones === true && payload === null;
  const given: unknown = ownKey ?? (isTombstone ? undefined : channel.key?.(checked));
  const { codec, keyCodec } = channel;
  if (codec === undefined && keyCodec === undefined) {
    const key = checkedKey(channel.name, given);
    if (isTombstone && key === null) throw keyMissing(channel);
    return { body: isTombstone ? null : jsonOf(channel, payload), key };
  }
  const { destination } = connection.destination(channel);
  const encoded = (part: CodecContext['part'], by: Codec, value: unknown): MaybePromise<Encoded> =>
    encode(channel, by, value, { destination, part });
  const hasKey = given !== undefined && given !== null;
  // The key is encoded before the body. If both were encoded at the same time and both failed, one of the rejections would be
  // unhandled.
  return andThen(
    keyCodec !== undefined && hasKey
      ? encoded('key', keyCodec, given)
      : checkedKey(channel.name, given),
    (key: Contents['key']) => {
      if (isTombstone && key === null) throw keyMissing(channel);
      const body = isTombstone ? null : encoded('body', codec ?? JSON_CODEC, payload);
      return andThen(body, (bytes: Contents['body']) => ({ body: bytes, key }));
    },
  );
}

type Encoded = string | Uint8Array;

/**
 * Encodes with a codec. If the codec throws an error with an error class, for example an outage or missing permissions, that
 * error is thrown unchanged.
 */
function encode(
  channel: AnyChannel,
  codec: Codec,
  value: unknown,
  context: CodecContext,
): MaybePromise<Encoded> {
  const failed = (thrown: unknown): never => {
    const cause = readable(thrown);
    throw errorClassOf(cause) === undefined
      ? unencodable(channel, context.part, codec, cause)
      : cause;
  };
  const checked = (encoded: unknown): Encoded => {
    if (typeof encoded === 'string' || types.isUint8Array(encoded)) return encoded;
    throw unencodable(
      channel,
      context.part,
      codec,
      new TypeError(`The codec returned ${kindOfValue(encoded)}.`),
    );
  };
  let encoded: unknown;
  try {
    encoded = codec.encode(value, context);
  } catch (thrown) {
    return failed(thrown);
  }
  return isAwaitable(encoded) ? Promise.resolve(encoded).then(checked, failed) : checked(encoded);
}

/** Encodes with the default codec. This avoids the cost of a codec context and of callbacks. */
function jsonOf(channel: AnyChannel, payload: unknown): string {
  try {
    return JSON_CODEC.encode(payload);
  } catch (cause) {
    throw unencodable(channel, 'body', JSON_CODEC, cause);
  }
}

const unencodable = (
  { name }: AnyChannel,
  part: string,
  codec: Codec,
  cause: unknown,
): ThroughlineError =>
  new ThroughlineError(
    'TL_MESSAGE_INVALID',
    `The ${part} of a message to "${name}" cannot be encoded by the codec ${codec.name}: ${withFullStop(printable(reasonOf(cause), LONGEST_REASON))}`,
    { cause },
  );

const keyMissing = ({ name }: AnyChannel): ThroughlineError =>
  new ThroughlineError(
    'TL_KEY_MISSING',
    `A tombstone for "${name}" has no key, so it would delete nothing. Pass the key: publish(${name}, null, { key }).`,
  );

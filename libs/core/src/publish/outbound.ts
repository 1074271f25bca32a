import type { Sending } from 'throughline/tracing';
import { types } from 'node:util';
import {
  channelText,
  type AnyChannel,
  type Codec,
  type CodecContext,
  type Connection,
} from 'throughline/transport';
import { isAwaitable, isRecord, milliseconds, optionInvalid, rule } from '#base';
import { errorClassOf, printable, reasonOf, ThroughlineError, withFullStop } from '#base';
import { andThen, type MaybePromise } from '#base';
import type { Outbound } from 'throughline/transport';
import { validate } from '../validation.js';
import { checkedHeaders, checkedKey } from './outbound-checks.js';
import type { CommonPublishOptions } from './publisher.js';

const PUBLISH_TIMEOUT = '10s';
const LONGEST_REASON = 300;

/** A message that was validated and encoded. */
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
 * Checks the common publish options, at the cost of a few comparisons. The headers, the key and the transport's own options are
 * checked where they are read.
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

/** A message before it is encoded. */
export interface Content {
  readonly payload: unknown;
  /** The key in the publish options. `undefined`: the channel's `key` derives it from the payload. */
  readonly key: unknown;
}

/**
 * Validates and encodes a message. Returns a promise only if the schema or a codec is asynchronous.
 *
 * @throws ThroughlineError `TL_MESSAGE_INVALID`, `TL_KEY_MISSING`, `TL_KEY_INVALID`, and what a codec throws if it has an error class
 */
export const contentsOf = (
  route: { readonly channel: AnyChannel; readonly connection: Connection },
  content: Content,
): MaybePromise<Contents> =>
  andThen(validate(route.channel, content.payload), (checked: unknown) =>
    contents(route, content, checked),
  );

/**
 * Creates the outbound message. The code names every field, because copying an object costs more than everything else in this
 * function.
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
 * Returns the body and the key of a message. A tombstone's key must be in the publish options, because a tombstone has no payload
 * from which a key could be derived. The payload is encoded as it was published, not as the schema returned it, because the handler
 * validates it again.
 */
function contents(
  { channel, connection }: { readonly channel: AnyChannel; readonly connection: Connection },
  { payload, key: ownKey }: Content,
  checked: unknown,
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
  const bodyOf = (): MaybePromise<Encoded | null> => {
    if (isTombstone) return null;
    return codec === undefined ? jsonOf(channel, payload) : encoded('body', codec, payload);
  };
  const hasKey = given !== undefined && given !== null;
  // One after the other, because of two promises that reject, one would be unhandled.
  return andThen(
    keyCodec !== undefined && hasKey
      ? encoded('key', keyCodec, given)
      : checkedKey(channel.name, given),
    (key: Contents['key']) => {
      if (isTombstone && key === null) throw keyMissing(channel);
      return andThen(bodyOf(), (body: Contents['body']) => ({ body, key }));
    },
  );
}

type Encoded = string | Uint8Array;

/** Encodes a part of a message. What a codec throws about an outage, or about missing rights, is thrown as it is. */
function encode(
  channel: AnyChannel,
  codec: Codec,
  value: unknown,
  context: CodecContext,
): MaybePromise<Encoded> {
  const failed = (thrown: unknown): never => {
    throw errorClassOf(thrown) === undefined
      ? unencodable(channel, `${context.part} ${byCodec(codec)}`, reasonOf(thrown), thrown)
      : thrown;
  };
  const checked = (encoded: unknown): Encoded => {
    if (typeof encoded === 'string' || types.isUint8Array(encoded)) return encoded;
    throw unencodable(
      channel,
      `${context.part} ${byCodec(codec)}`,
      `the codec returned a value of type ${typeof encoded}`,
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

const byCodec = ({ name }: Codec): string => `with the codec ${name}`;

function jsonOf(channel: AnyChannel, payload: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (cause) {
    throw unencodable(channel, 'payload as JSON', reasonOf(cause), cause);
  }
  if (typeof text === 'string') return text;
  throw unencodable(channel, 'payload as JSON', `it is of type ${typeof payload}`);
}

const unencodable = (
  { name }: AnyChannel,
  what: string,
  why: string,
  cause?: unknown,
): ThroughlineError =>
  new ThroughlineError(
    'TL_MESSAGE_INVALID',
    `A message to "${name}" cannot be encoded (${what}): ${withFullStop(printable(why, LONGEST_REASON))}`,
    { cause },
  );

const keyMissing = ({ name }: AnyChannel): ThroughlineError =>
  new ThroughlineError(
    'TL_KEY_MISSING',
    `A tombstone for "${name}" needs the key whose value it deletes. Pass the key: publish(${name}, null, { key }).`,
  );

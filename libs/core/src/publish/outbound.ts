import type { Sending } from 'throughline/tracing';
import { channelText, type AnyChannel, type Connection } from 'throughline/transport';
import { isAwaitable, isRecord, milliseconds, optionInvalid, rule } from '#base';
import { reasonOf, ThroughlineError, withFullStop } from '#base';
import { andThen, type MaybePromise } from '#base';
import type { Outbound } from 'throughline/transport';
import { validate } from '../validation.js';
import { checkedHeaders, checkedKey } from './outbound-checks.js';
import type { CommonPublishOptions } from './publisher.js';

const PUBLISH_TIMEOUT = '10s';

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

/**
 * Validates and encodes a payload. Returns a promise only if the schema is asynchronous.
 *
 * @throws ThroughlineError `TL_MESSAGE_INVALID`, `TL_KEY_MISSING`, `TL_KEY_INVALID`
 */
export const contentsOf = (
  channel: AnyChannel,
  payload: unknown,
  ownKey: string | undefined,
): MaybePromise<Contents> =>
  andThen(validate(channel, payload), (checked: unknown) =>
    contents(channel, payload, checked, ownKey),
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
 * from which a key could be derived.
 */
function contents(
  channel: AnyChannel,
  payload: unknown,
  checked: unknown,
  ownKey: string | undefined,
): Contents {
  if (channel.tombstones !== true || payload !== null) {
    const key = checkedKey(channel.name, ownKey ?? channel.key?.(checked));
    return { body: encode(channel, payload), key };
  }
  const key = checkedKey(channel.name, ownKey);
  if (key !== null) return { body: null, key };
  throw new ThroughlineError(
    'TL_KEY_MISSING',
    `A tombstone for "${channel.name}" needs the key whose value it deletes. Pass the key: publish(${channel.name}, null, { key }).`,
  );
}

/** Encodes the payload as it was published, not as the schema returned it, because the handler validates it again. */
function encode(channel: AnyChannel, payload: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (cause) {
    throw notJson(channel, reasonOf(cause), cause);
  }
  if (typeof text === 'string') return text;
  throw notJson(channel, `it is of type ${typeof payload}`);
}

const notJson = ({ name }: AnyChannel, why: string, cause?: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_MESSAGE_INVALID',
    `The payload published to "${name}" cannot be converted to JSON: ${withFullStop(why)}`,
    { cause },
  );

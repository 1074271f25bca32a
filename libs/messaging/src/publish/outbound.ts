import type { Sending } from 'throughline/tracing';
import type { AnyChannel } from '../channel.js';
import { milliseconds } from '../duration.js';
import { ThroughlineError } from '../errors.js';
import type { Headers } from '../headers.js';
import { andThen, type Soon } from '../soon.js';
import type { Outbound } from '../transport.js';
import { validate } from '../validation.js';
import type { PublishOptions } from './publisher.js';

const PUBLISH_TIMEOUT = '10s';
const NO_HEADERS: Headers = Object.freeze({});

/** What was published, validated and encoded. */
export type Contents = Pick<Outbound, 'body' | 'key'>;

/** What the publisher's options say, read once for all messages of one call. */
export type Terms = Pick<
  Outbound,
  'headers' | 'delay' | 'timeout' | 'deduplicationId' | 'partition'
>;

const USUAL_TERMS: Terms = Object.freeze(read({}));

/** @throws ThroughlineError `TL_DURATION_INVALID` */
export const termsOf = (options: PublishOptions | undefined): Terms =>
  options === undefined ? USUAL_TERMS : read(options);

function read(options: PublishOptions): Terms {
  return {
    headers: options.headers ?? NO_HEADERS,
    delay: options.delay === undefined ? undefined : milliseconds(options.delay),
    timeout: milliseconds(options.publishTimeout ?? PUBLISH_TIMEOUT),
    deduplicationId: options.deduplicationId,
    partition: options.partition,
  };
}

/**
 * What was published, validated and encoded; a promise only where the schema is asynchronous.
 *
 * @throws ThroughlineError `TL_MESSAGE_INVALID`, `TL_KEY_MISSING`
 */
export const contentsOf = (
  channel: AnyChannel,
  payload: unknown,
  ownKey: string | undefined,
): Soon<Contents> =>
  andThen(validate(channel, payload), (checked: unknown) =>
    contents(channel, payload, checked, ownKey),
  );

/** The message on its way out. Every field is named, since a copy of an object costs more than all that is in it. */
export const outboundOf = (
  channel: AnyChannel,
  { body, key }: Contents,
  { headers, delay, timeout, deduplicationId, partition }: Terms,
  { traceparent, tracestate }: Pick<Sending, 'traceparent' | 'tracestate'>,
): Outbound => ({
  channel,
  body,
  key,
  headers,
  delay,
  timeout,
  deduplicationId,
  partition,
  traceparent,
  tracestate,
});

/** A tombstone has no value, and nothing that a key could be made of. */
function contents(
  channel: AnyChannel,
  payload: unknown,
  checked: unknown,
  ownKey: string | undefined,
): Contents {
  if (channel.tombstones !== true || payload !== null) {
    return { body: encode(channel, payload), key: ownKey ?? channel.key?.(checked) ?? null };
  }
  if (ownKey !== undefined) return { body: null, key: ownKey };
  throw new ThroughlineError(
    'TL_KEY_MISSING',
    `A tombstone in "${channel.name}" deletes a key, and none was said: publish(${channel.name}, null, { key }).`,
  );
}

/** What travels is what was published, not what the schema made of it: the one who handles it validates it again. */
function encode(channel: AnyChannel, payload: unknown): string {
  const text = JSON.stringify(payload) as string | undefined;
  if (text !== undefined) return text;
  throw new ThroughlineError(
    'TL_MESSAGE_INVALID',
    `What was published to "${channel.name}" cannot be written as JSON: it is ${typeof payload}.`,
  );
}

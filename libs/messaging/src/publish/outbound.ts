import type { AnyChannel } from '../channel.js';
import { milliseconds } from '../duration.js';
import { ThroughlineError } from '../errors.js';
import type { Outbound } from '../transport.js';
import { validate } from '../validation.js';
import type { PublishOptions } from './publisher.js';

const PUBLISH_TIMEOUT = '10s';
const encoder = new TextEncoder();

/** What was published, validated and encoded: a message on its way out, but for its trace context. */
export async function outboundOf(
  channel: AnyChannel,
  payload: unknown,
  options: PublishOptions = {},
): Promise<Outbound> {
  const checked: unknown = await validate(channel, payload);
  return {
    channel,
    ...contents(channel, payload, checked, options.key),
    headers: options.headers ?? {},
    delay: options.delay === undefined ? undefined : milliseconds(options.delay),
    timeout: milliseconds(options.publishTimeout ?? PUBLISH_TIMEOUT),
    deduplicationId: options.deduplicationId,
    partition: options.partition,
  };
}

/** A tombstone has no value, and nothing that a key could be made of. */
function contents(
  channel: AnyChannel,
  payload: unknown,
  checked: unknown,
  ownKey: string | undefined,
): Pick<Outbound, 'body' | 'key'> {
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
function encode(channel: AnyChannel, payload: unknown): Uint8Array {
  const text = JSON.stringify(payload) as string | undefined;
  if (text !== undefined) return encoder.encode(text);
  throw new ThroughlineError(
    'TL_MESSAGE_INVALID',
    `What was published to "${channel.name}" cannot be written as JSON: it is ${typeof payload}.`,
  );
}

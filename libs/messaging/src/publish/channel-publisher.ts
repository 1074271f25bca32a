import type { Tracer } from 'throughline/tracing';
import type { AnyChannel, ChannelKind } from '../channel.js';
import { milliseconds } from '../duration.js';
import { ThroughlineError } from '../errors.js';
import { currentRun } from '../run-state.js';
import type { Connection, Outbound, Receipt } from '../transport.js';
import { validate } from '../validation.js';
import { Publisher, type PublishOptions } from './publisher.js';

const PUBLISH_TIMEOUT = '10s';
const encoder = new TextEncoder();

/** The one road out: validate, encode, open the span, hand the message with its context to the transport. */
export class ChannelPublisher extends Publisher {
  readonly #connections: ReadonlyMap<ChannelKind, Connection>;
  readonly #tracer: Tracer;

  constructor(connections: ReadonlyMap<ChannelKind, Connection>, tracer: Tracer) {
    super();
    this.#connections = connections;
    this.#tracer = tracer;
  }

  override async publish(
    channel: AnyChannel,
    payload: unknown,
    options: PublishOptions = {},
  ): Promise<Receipt> {
    const connection = this.#connectionOf(channel);
    const checked: unknown = await validate(channel, payload);
    return this.#send(connection, {
      channel,
      ...contents(channel, payload, checked, options.key),
      headers: options.headers ?? {},
      delay: options.delay === undefined ? undefined : milliseconds(options.delay),
      timeout: milliseconds(options.publishTimeout ?? PUBLISH_TIMEOUT),
      deduplicationId: options.deduplicationId,
      partition: options.partition,
    });
  }

  async #send(connection: Connection, message: Outbound): Promise<Receipt> {
    const sending = this.#tracer.send(connection.destination(message.channel));
    const { traceparent, tracestate } = sending;
    const run = currentRun.getStore();
    if (run !== undefined) run.pendingPublishes += 1;
    try {
      const receipt = await connection.send({ ...message, traceparent, tracestate });
      sending.end();
      return receipt;
    } catch (error) {
      sending.end(error);
      throw error;
    } finally {
      if (run !== undefined) run.pendingPublishes -= 1;
    }
  }

  #connectionOf({ kind, name }: AnyChannel): Connection {
    const connection = this.#connections.get(kind);
    if (connection !== undefined) return connection;
    throw new ThroughlineError(
      'TL_TRANSPORT_MISSING',
      `Nothing carries the ${kind} "${name}": add ${kind === 'queue' ? 'sqs()' : 'kafka()'} to the transports of ThroughlineModule.forRoot.`,
    );
  }
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

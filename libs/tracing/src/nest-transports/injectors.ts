// This does not import the package's index: see nest-message.ts.
import { MqttRecord, NatsRecord, RmqRecord } from '@nestjs/microservices/record-builders/index.js';
import { BINARY_TRACEPARENT, encodeBinaryTraceparent } from '../formats/binary-traceparent.js';

/** A trace context to be written into a message. */
export interface OutgoingContext {
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
}

/** Returns the data to send instead of `data`, with the trace context. The caller's `data` is not changed. */
export type Injector = (data: unknown, context: OutgoingContext) => unknown;

/** Headers of the NATS client, which calls this type `MsgHdrs`. */
export interface NatsHeaders extends Iterable<readonly [name: string, values: readonly string[]]> {
  has(name: string): boolean;
  append(name: string, value: string): void;
}

type Headers<V> = Readonly<Record<string, V>>;

const isObject = (value: unknown): value is Headers<unknown> =>
  typeof value === 'object' && value !== null;

const textOf = ({ traceparent, tracestate }: OutgoingContext): Record<string, string> => ({
  traceparent,
  ...(tracestate !== undefined && { tracestate }),
});

/**
 * Adds trace headers to the user's headers. Headers that the user has set take precedence. If the user has set a `traceparent`,
 * no trace headers are added, and the message continues that trace.
 */
const merge = <V>(context: Headers<V>, own: Headers<V> = {}): Record<string, V> =>
  'traceparent' in own ? { ...own } : { ...context, ...own };

/** Writes the trace context as text and in binary form, as Elastic's specification requires (elastic/apm DT:181). */
export const intoKafka: Injector = (data, context) => {
  // Nest uses the same condition to tell a message from a plain value (kafka-request.serializer.js).
  const message = isObject(data) && ('key' in data || 'value' in data) ? data : { value: data };
  const binary = encodeBinaryTraceparent(context.traceparent);
  const ours = { ...textOf(context), ...(binary && { [BINARY_TRACEPARENT]: binary }) };
  const own = isObject(message.headers) ? message.headers : {};
  return { ...message, headers: merge<unknown>(ours, own) };
};

export const intoRabbitMq: Injector = (data, context) => {
  const given = data instanceof RmqRecord ? data : new RmqRecord(data);
  const headers = merge(textOf(context), given.options?.headers);
  return new RmqRecord(given.data, { ...given.options, headers });
};

/**
 * Writes the trace context into the user properties of an MQTT message. Only MQTT 5 has user properties: a connection with
 * version 4 omits them.
 */
export const intoMqtt: Injector = (data, context) => {
  const given = data instanceof MqttRecord ? data : new MqttRecord(data);
  const { properties } = given.options ?? {};
  const userProperties = merge<string | string[]>(textOf(context), properties?.userProperties);
  return new MqttRecord(given.data, {
    ...given.options,
    properties: { ...properties, userProperties },
  });
};

const isNatsHeaders = (value: unknown): value is NatsHeaders =>
  isObject(value) && typeof value.has === 'function' && Symbol.iterator in value;

/** @param headers the NATS client's function `headers()`, which creates headers of the client's own type */
export const intoNats =
  (headers: () => NatsHeaders): Injector =>
  (data, context) => {
    const given = data instanceof NatsRecord ? data : new NatsRecord(data);
    const own = isNatsHeaders(given.headers) ? given.headers : undefined;
    if (own?.has('traceparent') === true) return given;
    const all = headers();
    for (const [name, values] of own ?? []) for (const value of values) all.append(name, value);
    for (const [name, value] of Object.entries(textOf(context)))
      if (!all.has(name)) all.append(name, value);
    return new NatsRecord(given.data, all);
  };

import type { StandardSchemaV1 } from '@standard-schema/spec';

declare const types: unique symbol;

/** The two kinds of channel: an SQS queue, a Kafka topic. */
export type ChannelKind = 'queue' | 'topic';

/**
 * The contract between those who send and those who handle, written once: a name, and the schema of what travels. A schema may
 * transform, so a channel has two types: `TIn` is what one publishes, `TOut` what one handles.
 */
export interface Channel<TOut = unknown, TIn = TOut> {
  readonly kind: ChannelKind;
  /** The logical name; the transport's configuration maps it to a queue URL or a topic (default: the same name). */
  readonly name: string;
  /** Any Standard Schema: zod, valibot, arktype … */
  readonly schema: StandardSchemaV1<TIn, TOut>;
  /** What keeps messages in order among themselves: the record's key, or the FIFO queue's group. */
  key?(payload: TOut): string;
  /** Whether a record without a value is a message like any other: `null`. */
  readonly tombstones?: true;
  readonly [types]?: { out: TOut; in: (value: TIn) => void };
}

/** A channel of whatever types. `unknown` would not do: what one publishes is contravariant. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyChannel = Channel<any, any>;

/** An SQS queue. */
export interface Queue<TOut = unknown, TIn = TOut> extends Channel<TOut, TIn> {
  readonly kind: 'queue';
}

/** A Kafka topic. */
export interface Topic<TOut = unknown, TIn = TOut> extends Channel<TOut, TIn> {
  readonly kind: 'topic';
}

type In<S extends StandardSchemaV1> = StandardSchemaV1.InferInput<S>;
type Out<S extends StandardSchemaV1> = StandardSchemaV1.InferOutput<S>;

/** What a channel is made of besides its name. */
export interface ChannelOptions<S extends StandardSchemaV1> {
  readonly schema: S;
  /** SQS: the MessageGroupId. Kafka: the record's key; records of one key keep their order. */
  readonly key?: (payload: NoInfer<Out<S>>) => string;
}

/** What a topic may be made of besides. */
export interface TopicChannelOptions<S extends StandardSchemaV1> extends ChannelOptions<S> {
  /**
   * Whether a record without a value, which deletes its key from a compacted topic, goes to the handler as `null`. Without it,
   * `null` is for the schema to take or refuse. Default: false.
   */
  readonly tombstones?: boolean;
}

const channelOf = <K extends ChannelKind, S extends StandardSchemaV1>(
  kind: K,
  name: string,
  { schema, key }: ChannelOptions<S>,
): { kind: K; name: string; schema: StandardSchemaV1<In<S>, Out<S>> } =>
  Object.freeze({ kind, name, schema, ...(key && { key }) });

/**
 * An SQS queue as a channel.
 *
 * @example
 * export const newOrders = queue('my-order-queue', { schema: Order });
 */
export function queue<S extends StandardSchemaV1>(
  name: string,
  options: ChannelOptions<S>,
): Queue<Out<S>, In<S>> {
  return channelOf('queue', name, options);
}

/** A schema that lets `null` through, whatever it says of everything else. */
function orTombstone<TIn, TOut>(
  schema: StandardSchemaV1<TIn, TOut>,
): StandardSchemaV1<TIn | null, TOut | null> {
  const { version, vendor, validate } = schema['~standard'];
  return {
    '~standard': {
      version,
      vendor,
      validate: (value) => (value === null ? { value: null } : validate(value)),
    },
  };
}

/**
 * A Kafka topic as a channel. With `tombstones`, its handlers get `null` for a record without a value (`delivery.message.key`
 * says which key it deletes), and `publish(channel, null, { key })` writes one.
 *
 * @example
 * export const orderEvents = topic('order_events', { schema: Order, key: (order) => order.order_id });
 * export const stock = topic('stock', { schema: Item, key: (item) => item.sku, tombstones: true });
 */
export function topic<S extends StandardSchemaV1>(
  name: string,
  options: TopicChannelOptions<S> & { readonly tombstones: true },
): Topic<Out<S> | null, In<S> | null>;
export function topic<S extends StandardSchemaV1>(
  name: string,
  options: TopicChannelOptions<S> & { readonly tombstones?: false },
): Topic<Out<S>, In<S>>;
export function topic<S extends StandardSchemaV1>(
  name: string,
  { tombstones = false, ...options }: TopicChannelOptions<S>,
): Topic<Out<S> | null, In<S> | null> {
  const channel = channelOf('topic', name, options);
  return tombstones
    ? Object.freeze({ ...channel, schema: orTombstone(channel.schema), tombstones })
    : channel;
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { optionInvalid, unknownOptions } from '#base';
import {
  channelOf,
  channelText,
  type AnyChannel,
  type Channel,
  type ChannelOptions,
  type ChannelSystem,
  type HandlerSpec,
} from 'throughline/transport';

/** What all topics share. */
export const KAFKA_SYSTEM: ChannelSystem = Object.freeze({
  name: 'kafka',
  setup: 'kafka() from throughline/kafka',
  sharing: 'give each handler a group of its own with { group }, so that each gets every message',
  handlerOptions: ['group', 'order'],
  sharedOptions: ['order'],
});

/** The options of a handler on a topic, besides those that every handler has. */
export interface TopicHandlerOptions {
  /** The consumer group; each group gets every message. Default: the application's `name`. */
  readonly group?: string;
  /**
   * What stays in order. `key` (default): the records of one key. `partition`: all records of a partition; choose it where the key
   * says nothing. `none`: nothing, for messages whose order does not matter.
   */
  readonly order?: 'key' | 'partition' | 'none';
}

/** The consumer group that a handler names; `undefined`: the application's. */
export function groupOf({ name, options }: HandlerSpec): string | undefined {
  const group: unknown = 'group' in options ? options.group : undefined;
  if (group === undefined || (typeof group === 'string' && group !== '')) return group;
  throw optionInvalid(name, 'group', 'the name of a consumer group', group);
}

/** What a handler keeps in order. */
export function orderOf({ name, options }: HandlerSpec): 'key' | 'partition' | 'none' {
  const order: unknown = 'order' in options ? options.order : undefined;
  switch (order) {
    case undefined:
    case 'key':
      return 'key';
    case 'partition':
    case 'none':
      return order;
    default:
      throw optionInvalid(name, 'order', "'key', 'partition' or 'none'", order);
  }
}

/** The options of a publish to a topic, besides those that every publish has. */
export interface TopicPublishOptions {
  /** The partition, instead of the one that the key selects. */
  readonly partition?: number;
}

/** What the transport makes of {@link TopicPublishOptions}. */
export interface TopicTerms {
  readonly partition: number | undefined;
}

/** Checks and reads {@link TopicPublishOptions}: see `Connection.publishTerms`. */
export function topicTerms(
  channel: AnyChannel,
  options: Readonly<Record<string, unknown>>,
): TopicTerms {
  const where = `a publish to ${channelText(channel)}`;
  const [unknown] = unknownOptions(where, options, ['partition']);
  if (unknown !== undefined) throw unknown;
  const { partition } = options;
  if (partition === undefined) return { partition };
  if (typeof partition === 'number' && Number.isSafeInteger(partition) && partition >= 0) {
    return { partition };
  }
  throw optionInvalid(where, 'partition', 'a whole number from 0 on', partition);
}

/** A Kafka topic. */
export interface Topic<TOut = unknown, TIn = TOut> extends Channel<
  TOut,
  TIn,
  TopicHandlerOptions,
  TopicPublishOptions
> {
  readonly kind: 'topic';
}

/** What a topic may be made of besides its name. */
export interface TopicChannelOptions<S extends StandardSchemaV1> extends ChannelOptions<S> {
  /**
   * Whether a record without a value, which deletes its key from a compacted topic, goes to the handler as `null`. Without it,
   * the schema accepts or refuses `null`. Default: false.
   */
  readonly tombstones?: boolean;
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

type In<S extends StandardSchemaV1> = StandardSchemaV1.InferInput<S>;
type Out<S extends StandardSchemaV1> = StandardSchemaV1.InferOutput<S>;

/**
 * A Kafka topic as a channel. Records of one key keep their order. With `tombstones`, its handlers get `null` for a record without
 * a value (`delivery.message.key` says which key it deletes), and `publish(channel, null, { key })` writes one. Importing it loads
 * no client.
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
  const schema: StandardSchemaV1<In<S>, Out<S>> = options.schema;
  const of = { system: KAFKA_SYSTEM, kind: 'topic' } as const;
  return tombstones
    ? channelOf(of, name, { ...options, schema: orTombstone(schema), tombstones })
    : channelOf(of, name, { ...options, schema });
}

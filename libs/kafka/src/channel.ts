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

/** The properties common to all topics. */
export const KAFKA_SYSTEM: ChannelSystem = Object.freeze({
  name: 'kafka',
  setup: 'kafka() from throughline/kafka',
  sharing: 'Give each handler its own group with { group }, so that each receives every message.',
  handlerOptions: ['group', 'order'],
  sharedOptions: ['order'],
});

/** Handler options for topics, in addition to the common ones. */
export interface TopicHandlerOptions {
  /** The consumer group. Each group receives every message. Default: the application's `name`. */
  readonly group?: string;
  /**
   * Determines which records are handled in order. `key` (default): records with the same key. `partition`: all records of a
   * partition. Choose `partition` if the key does not determine the order. `none`: no order.
   */
  readonly order?: 'key' | 'partition' | 'none';
}

/** The consumer group of a handler. `undefined` means the application's default group. */
export function groupOf({ name, options }: HandlerSpec): string | undefined {
  const group: unknown = 'group' in options ? options.group : undefined;
  if (group === undefined || (typeof group === 'string' && group !== '')) return group;
  throw optionInvalid(name, 'group', 'the non-empty name of a consumer group', group);
}

/** The `order` of a handler. */
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

/** Publish options for topics, in addition to the common ones. */
export interface TopicPublishOptions {
  /** The partition to write to. By default, the key determines the partition. */
  readonly partition?: number;
}

/** {@link TopicPublishOptions} after validation. */
export interface TopicTerms {
  readonly partition: number | undefined;
}

/** Checks and reads {@link TopicPublishOptions}. See `Connection.publishTerms`. */
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
  throw optionInvalid(where, 'partition', 'an integer of 0 or more', partition);
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

/** Options of a topic. */
export interface TopicChannelOptions<S extends StandardSchemaV1> extends ChannelOptions<S> {
  /**
   * If true, a record without a value (a tombstone, which deletes its key from a compacted topic) is passed to the handler as
   * `null`. If false, the schema decides on `null`. Default: false.
   */
  readonly tombstones?: boolean;
}

/** A schema that accepts `null` and otherwise validates with the given schema. */
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
 * A channel for a Kafka topic. Records with the same key keep their order. With `tombstones`, handlers receive `null` for a
 * record without a value (`delivery.message.key` is the key that it deletes), and `publish(channel, null, { key })` writes one.
 * Importing this function does not load the Kafka client.
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

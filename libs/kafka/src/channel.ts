import type { StandardSchemaV1 } from '@standard-schema/spec';
import { optionErrors, rule, type RulesFor } from '#base';
import {
  CHANNEL_RULES,
  channelOf,
  channelText,
  checkChannel,
  codecRule,
  type AnyChannel,
  type Channel,
  type ChannelOptions,
  type ChannelSystem,
  type Codec,
  type HandlerSpec,
} from 'throughline/transport';

/** Handler options for topics, in addition to the options that all channels have in common. */
export interface TopicHandlerOptions {
  /** The consumer group. Each group receives every message. Default: the application's `name`. */
  readonly group?: string;
  /**
   * Determines which records are handled in order. `key` (default): records with the same key. `partition`: all records of a
   * partition. Choose `partition` if the order also matters between records with different keys. `none`: no order.
   */
  readonly order?: 'key' | 'partition' | 'none';
}

const HANDLER_RULES: RulesFor<TopicHandlerOptions> = {
  group: rule.text,
  order: rule.oneOf('key', 'partition', 'none'),
};

/** The properties that all topics have in common. */
export const KAFKA_SYSTEM: ChannelSystem = Object.freeze({
  name: 'kafka',
  setup: 'kafka() from throughline/kafka',
  sharing: 'Give each handler its own group with { group }, so that each receives every message.',
  handlerOptions: HANDLER_RULES,
  sharedOptions: ['order'],
});

/** Returns the consumer group of a handler. `undefined` means the application's default group. */
export function groupOf({ options }: HandlerSpec): string | undefined {
  const group: unknown = 'group' in options ? options.group : undefined;
  return typeof group === 'string' ? group : undefined;
}

/** Returns the `order` of a handler. */
export function orderOf({ options }: HandlerSpec): 'key' | 'partition' | 'none' {
  const order: unknown = 'order' in options ? options.order : undefined;
  return order === 'partition' || order === 'none' ? order : 'key';
}

/** Publish options for topics, in addition to the options that all channels have in common. */
export interface TopicPublishOptions {
  /** The partition to write to. Default: the partition that the key determines. */
  readonly partition?: number;
}

const PUBLISH_RULES: RulesFor<TopicPublishOptions> = { partition: rule.integerFrom(0) };

/** The checked {@link TopicPublishOptions}. */
export interface TopicTerms {
  readonly partition: number | undefined;
}

/** Checks and reads {@link TopicPublishOptions}. See `Connection.publishTerms`. */
export function topicTerms(
  channel: AnyChannel,
  options: Readonly<Record<string, unknown>>,
): TopicTerms {
  const [error] = optionErrors(`a publish to ${channelText(channel)}`, options, PUBLISH_RULES);
  if (error !== undefined) throw error;
  const { partition } = options;
  return { partition: typeof partition === 'number' ? partition : undefined };
}

/** A Kafka topic. */
export interface Topic<TOut = unknown, TIn = TOut, K = string> extends Channel<
  TOut,
  TIn,
  TopicHandlerOptions,
  TopicPublishOptions,
  K
> {
  readonly kind: 'topic';
}

/** Options of a topic. */
export interface TopicChannelOptions<S extends StandardSchemaV1, K = string> extends ChannelOptions<
  S,
  K
> {
  /**
   * How keys are written as bytes. Handlers find the decoded key in `delivery.message.decodedKey`. Records with equal bytes keep
   * their order. Default: text in UTF-8.
   */
  readonly keyCodec?: Codec<K>;
  /**
   * If true, a record without a value (a tombstone, which deletes its key from a compacted topic) is passed to the handler as
   * `null`. If false, the schema decides on `null`. Default: false.
   */
  readonly tombstones?: boolean;
}

const TOPIC_RULES: RulesFor<TopicChannelOptions<StandardSchemaV1>> = {
  ...CHANNEL_RULES,
  keyCodec: codecRule,
  tombstones: rule.flag,
};

/** Creates a schema that accepts `null` and otherwise validates with the given schema. */
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
 * Creates a channel for a Kafka topic. Records with the same key keep their order. With `tombstones`, handlers receive `null` for a
 * record without a value (`delivery.message.key` is the key that it deletes), and `publish(channel, null, { key })` writes one.
 * Importing this function does not load the Kafka client.
 *
 * @example
 * export const orderEvents = topic('order_events', { schema: Order, key: (order) => order.order_id });
 * export const stock = topic('stock', { schema: Item, key: (item) => item.sku, tombstones: true });
 * export const photos = topic('photos', { schema: z.instanceof(Uint8Array), codec: bytes() });
 */
export function topic<S extends StandardSchemaV1, K = string>(
  name: string,
  options: TopicChannelOptions<S, K> & { readonly tombstones: true },
): Topic<Out<S> | null, In<S> | null, K>;
export function topic<S extends StandardSchemaV1, K = string>(
  name: string,
  options: TopicChannelOptions<S, K> & { readonly tombstones?: false },
): Topic<Out<S>, In<S>, K>;
export function topic<S extends StandardSchemaV1, K = string>(
  name: string,
  given: TopicChannelOptions<S, K>,
): Topic<Out<S> | null, In<S> | null, K> {
  checkChannel('topic', name, given, TOPIC_RULES);
  const { tombstones = false, ...options } = given;
  const schema: StandardSchemaV1<In<S>, Out<S>> = options.schema;
  const of = { system: KAFKA_SYSTEM, kind: 'topic' } as const;
  return tombstones
    ? channelOf(of, name, { ...options, schema: orTombstone(schema), tombstones })
    : channelOf(of, name, { ...options, schema });
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  assertOptions,
  isObject,
  isRecord,
  optionInvalid,
  rule,
  type OptionRule,
  type OptionRules,
  type RulesFor,
} from '#base';
import { codecRule, json, type Codec } from './codecs/codec.js';

declare const types: unique symbol;

/**
 * The properties that all channels of one transport have in common. A transport creates one such object and uses it in each of
 * its channels. With it, the core and the tracers need no code for a particular broker.
 *
 * @example
 * const NATS: ChannelSystem = { name: 'nats', setup: 'nats() of nats-throughline', sharing: 'Give each handler a queue group.', handlerOptions: { prefetch: rule.count }, sharedOptions: [] };
 */
export interface ChannelSystem {
  /**
   * The default name of the transport, such as `sqs` or `kafka`. A transport with this name serves the channels that name no
   * transport.
   */
  readonly name: string;
  /**
   * Says in errors how an application adds the transport. It fills the gap in "Add … to the transports of
   * ThroughlineModule.forRoot".
   */
  readonly setup: string;
  /** The advice in the error for two handlers that would receive the same messages: one complete sentence. */
  readonly sharing: string;
  /** The handler options that the transport adds, with their rules. The core checks them at start. */
  readonly handlerOptions: OptionRules;
  /** The names of the added handler options that must be equal in all handlers of a channel. */
  readonly sharedOptions: readonly string[];
}

/**
 * The contract between publishers and handlers: a name and a schema. A schema may transform the payload, so a channel has two
 * types: you publish `TIn`, and a handler receives `TOut`. A transport adds its handler options, `H`, and its publish options,
 * `P`. Keys have the type `K`.
 */
export interface Channel<
  TOut = unknown,
  TIn = TOut,
  H extends object = object,
  P extends object = object,
  K = string,
> {
  readonly system: ChannelSystem;
  /** The term that the broker uses for the channel, such as `queue` or `topic`. */
  readonly kind: string;
  /** The logical name of the channel. The transport's configuration maps it to a name at the broker. Default: the same name. */
  readonly name: string;
  /** The transport that serves the channel, by name. Needed if there are several of one kind. Default: the unnamed one. */
  readonly transport?: string;
  /** The schema of the messages: any Standard Schema, such as one of zod, valibot or arktype. */
  readonly schema: StandardSchemaV1<TIn, TOut>;
  /**
   * Returns the ordering key of a message, given its payload. Messages with the same key are handled one after another. If the
   * channel has no such function, its messages have no key.
   */
  key?(payload: TOut): K;
  /** Converts payloads to bytes and back. Default: JSON in UTF-8. */
  readonly codec?: Codec<TIn>;
  /** Converts keys to bytes and back. Default: text in UTF-8. */
  readonly keyCodec?: Codec<K>;
  /** Whether a message without a body is valid and is delivered as `null`. */
  readonly tombstones?: true;
  readonly [types]?: {
    readonly out: TOut;
    readonly in: (value: TIn) => void;
    readonly handler: H;
    readonly publish: P;
    readonly key: K;
  };
}

/** A channel with messages of any types. The type parameters cannot be `unknown`, because the published type is contravariant. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyChannel = Channel<any, any, object, object, any>;

/** The payload that a handler of the channel receives. */
export type OutputOf<C> =
  C extends Channel<infer TOut, infer _TIn, infer _H, infer _P, infer _K> ? TOut : never;

/** The payload that you publish to the channel. */
export type InputOf<C> =
  C extends Channel<infer _TOut, infer TIn, infer _H, infer _P, infer _K> ? TIn : never;

/** The options that the channel's transport adds to a handler. */
export type HandlerOptionsOf<C> =
  C extends Channel<infer _TOut, infer _TIn, infer H, infer _P, infer _K> ? H : never;

/** The options that the channel's transport adds to a publish. */
export type PublishOptionsOf<C> =
  C extends Channel<infer _TOut, infer _TIn, infer _H, infer P, infer _K> ? P : never;

/** The keys of the channel's messages. */
export type KeyOf<C> =
  C extends Channel<infer _TOut, infer _TIn, infer _H, infer _P, infer K> ? K : never;

/** Options of a channel. */
export interface ChannelOptions<S extends StandardSchemaV1, K = string> {
  readonly schema: S;
  /** Returns the ordering key of a message, given its payload. Messages with the same key are handled one after another. */
  readonly key?: (payload: NoInfer<StandardSchemaV1.InferOutput<S>>) => K;
  /** How payloads are written as bytes: `json()`, `text()`, `bytes()`, or a codec of your own. Default: `json()`. */
  readonly codec?: Codec<NoInfer<StandardSchemaV1.InferInput<S>>>;
  /** The transport that serves the channel, by name. Needed if there are several of one kind. Default: the unnamed one. */
  readonly transport?: string;
}

/** The rule for the option `schema`. A Standard Schema may be a function, as those of arktype are. */
const schema: OptionRule = {
  expected: 'a Standard Schema, such as z.object({ … })',
  accepts: (value) => isObject(value) && isRecord(Reflect.get(value, '~standard')),
};

/** The rules of {@link ChannelOptions}. Each channel factory checks its options with them. */
export const CHANNEL_RULES: RulesFor<ChannelOptions<StandardSchemaV1>> = {
  schema: rule.required(schema),
  key: rule.fn,
  codec: codecRule,
  transport: rule.text,
};

/**
 * Checks the arguments of a channel factory. For a wrong name or option, the error occurs when the file that creates the channel
 * is imported.
 *
 * @param factory the name of the factory, such as `queue`
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 */
export function checkChannel(
  factory: string,
  name: string,
  options: unknown,
  rules: OptionRules,
): void {
  if (!rule.text.accepts(name)) {
    throw optionInvalid(`${factory}()`, 'the name', rule.text.expected, name);
  }
  assertOptions(`${factory}('${name}')`, options, rules);
}

/** Creates a channel. Use it in the factory functions of transports, such as `queue` and `topic`. */
export function channelOf<N extends string, TOut, TIn, K = string>(
  { system, kind }: { readonly system: ChannelSystem; readonly kind: N },
  name: string,
  {
    schema,
    key,
    codec,
    keyCodec,
    transport,
    tombstones,
  }: {
    readonly schema: StandardSchemaV1<TIn, TOut>;
    readonly key?: ((payload: TOut) => K) | undefined;
    readonly codec?: Codec<TIn> | undefined;
    readonly keyCodec?: Codec<K> | undefined;
    readonly transport?: string | undefined;
    readonly tombstones?: true | undefined;
  },
): Channel<TOut, TIn, object, object, K> & { readonly kind: N } {
  return Object.freeze({
    system,
    kind,
    name,
    schema,
    ...(key && { key }),
    // A channel with the default codec gets no `codec`. Such channels use the fast path.
    ...(codec && codec !== json() && { codec }),
    ...(keyCodec && { keyCodec }),
    ...(transport !== undefined && { transport }),
    ...(tombstones && { tombstones }),
  });
}

/** A schema that accepts any JSON, for handlers with Nest's `@EventPattern`. */
export const anyJson: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'throughline', validate: (value) => ({ value }) },
};

/** Whether two channels refer to the same queue or topic at the broker, as far as the code of the application shows that. */
export const isSameChannel = (one: AnyChannel, other: AnyChannel): boolean =>
  one.system.name === other.system.name &&
  one.transport === other.transport &&
  one.name === other.name;

/** Returns the text with which errors and logs refer to a channel, such as `the queue "my-order-queue"`. */
export const channelText = ({ kind, name }: AnyChannel): string => `the ${kind} "${name}"`;

import type { StandardSchemaV1 } from '@standard-schema/spec';

declare const types: unique symbol;

/**
 * What all channels of one transport share. A transport makes one such value, and puts it into each of its channels: it is all
 * that the core and the tracers know of a broker.
 *
 * @example
 * const NATS: ChannelSystem = { name: 'nats', setup: 'nats() of nats-throughline', sharing: 'give each a queue group', handlerOptions: [], sharedOptions: [] };
 */
export interface ChannelSystem {
  /** `sqs`, `kafka`: the name of the transport that carries such channels where the channel names none. */
  readonly name: string;
  /** How an application gets that transport; errors say: "add … to the transports of ThroughlineModule.forRoot". */
  readonly setup: string;
  /** What to do where two handlers want the same messages; a sentence that begins with a verb. */
  readonly sharing: string;
  /** The options that the transport adds to a handler. */
  readonly handlerOptions: readonly string[];
  /** Those of them in which handlers that share a channel have to agree. */
  readonly sharedOptions: readonly string[];
}

/**
 * The contract between those who send and those who handle, written once: a name, and the schema of what travels. A schema may
 * transform, so a channel has two types: `TIn` is what one publishes, `TOut` what one handles. A transport adds the options of
 * its handlers, `H`, and those of a publish, `P`.
 */
export interface Channel<
  TOut = unknown,
  TIn = TOut,
  H extends object = object,
  P extends object = object,
> {
  readonly system: ChannelSystem;
  /** What the broker calls such a channel: `queue`, `topic`. */
  readonly kind: string;
  /** The logical name; the transport's configuration maps it to the broker's (default: the same name). */
  readonly name: string;
  /** The name of the transport that carries it, where there are several of a kind. Default: the one without a name. */
  readonly transport?: string;
  /** Any Standard Schema: zod, valibot, arktype … */
  readonly schema: StandardSchemaV1<TIn, TOut>;
  /** What keeps messages in order among themselves. */
  key?(payload: TOut): string;
  /** Whether a message without a body is a message like any other: `null`. */
  readonly tombstones?: true;
  readonly [types]?: {
    readonly out: TOut;
    readonly in: (value: TIn) => void;
    readonly handler: H;
    readonly publish: P;
  };
}

/** A channel of whatever types. `unknown` would not do: what one publishes is contravariant. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyChannel = Channel<any, any>;

/** What a handler of the channel gets. */
export type OutputOf<C> = C extends Channel<infer TOut, infer _> ? TOut : never;

/** What one publishes to the channel. */
export type InputOf<C> = C extends Channel<infer _, infer TIn> ? TIn : never;

/** The options that the channel's transport adds to a handler. */
export type HandlerOptionsOf<C> =
  C extends Channel<infer _TOut, infer _TIn, infer H, infer _P> ? H : never;

/** The options that the channel's transport adds to a publish. */
export type PublishOptionsOf<C> =
  C extends Channel<infer _TOut, infer _TIn, infer _H, infer P> ? P : never;

/** What a channel is made of besides its name. */
export interface ChannelOptions<S extends StandardSchemaV1> {
  readonly schema: S;
  /** What keeps messages in order among themselves: messages of one key are handled one after another. */
  readonly key?: (payload: NoInfer<StandardSchemaV1.InferOutput<S>>) => string;
  /** The name of the transport that carries it, where there are several of a kind. Default: the one without a name. */
  readonly transport?: string;
}

/** Makes a channel: for the factory functions of transports, such as `queue` and `topic`. */
export function channelOf<K extends string, TOut, TIn>(
  { system, kind }: { readonly system: ChannelSystem; readonly kind: K },
  name: string,
  {
    schema,
    key,
    transport,
    tombstones,
  }: {
    readonly schema: StandardSchemaV1<TIn, TOut>;
    readonly key?: ((payload: TOut) => string) | undefined;
    readonly transport?: string | undefined;
    readonly tombstones?: true | undefined;
  },
): Channel<TOut, TIn> & { readonly kind: K } {
  return Object.freeze({
    system,
    kind,
    name,
    schema,
    ...(key && { key }),
    ...(transport !== undefined && { transport }),
    ...(tombstones && { tombstones }),
  });
}

/** A channel for any JSON: what a plain `@EventPattern` of Nest's reads. */
export const anyJson: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'throughline', validate: (value) => ({ value }) },
};

/** Whether two channels are one and the same for their broker, as far as the code can tell. */
export const isSameChannel = (one: AnyChannel, other: AnyChannel): boolean =>
  one.system.name === other.system.name &&
  one.transport === other.transport &&
  one.name === other.name;

/** `the queue "my-order-queue"`: as errors and logs name a channel. */
export const channelText = ({ kind, name }: AnyChannel): string => `the ${kind} "${name}"`;

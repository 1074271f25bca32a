import type { Outgoing } from 'throughline/tracing';
import type { HealthReports } from './blocked-watch.js';
import type { AnyChannel } from './channel.js';
import { rule, type RulesFor, type ThroughlineError } from '#base';
import type { HandlerSpec } from './handler-spec.js';
import type { Headers } from '#base';
import type {
  Redelivery,
  RedeliveryTarget,
  RedrivePlan,
  RedriveProgress,
} from './dead-letters/redrive-plan.js';
import type { InboundMessage, Source } from './source.js';

/** A validated and encoded message to be sent. */
export interface Outbound<T = unknown> {
  readonly channel: AnyChannel;
  /**
   * The body of the message, as the channel's codec encoded it. If the channel has no codec, the body is JSON. A string is
   * written in UTF-8. `null` is a tombstone, which only channels with `tombstones` have.
   */
  readonly body: string | Uint8Array | null;
  /** The key of the message. It can only be bytes if the channel has a codec for its keys. */
  readonly key: string | Uint8Array | null;
  readonly headers: Headers;
  /** How long the publisher waits for the broker, in milliseconds. */
  readonly timeout: number;
  /** The publish options, as `Connection.publishTerms` returned them. `undefined` if there were none. */
  readonly terms?: T | undefined;
  /** The trace context to write into the message, in the form that the broker supports. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** A dead letter to be stored. The message's bytes and headers stay unchanged. */
export interface DeadLetterRequest {
  readonly inbound: InboundMessage;
  /** The logical name of the dead-letter channel. */
  readonly to: string;
  /**
   * The dead-letter channel that the handler names. If the handler names none, the dead letter goes to the channel that
   * `Connection.deadLettersOf` returns, at the message's own broker.
   */
  readonly channel?: AnyChannel | undefined;
  /**
   * The possible contents of the header `dead-letter`, longest first. The first one that fits is stored. If none fits, the dead
   * letter has no such header.
   */
  readonly causes: readonly string[];
}

/**
 * How much of a trace context fitted into a message. `whole`: all of it, or there was no context. `traceparent`: all except
 * `tracestate`. `xray`: only the X-Ray form. `none`: nothing.
 */
export type ContextPropagation = 'whole' | 'traceparent' | 'xray' | 'none';

/** The broker's confirmation of an accepted message. */
export interface Receipt {
  /** The id of the message at the broker. If the broker assigns no ids, the position of the message. */
  readonly id: string;
  /** How much of the trace context the message carries. */
  readonly context: ContextPropagation;
}

/** What a transport receives from its application. */
export interface TransportContext {
  /** The application's name: the default consumer group and the client id. */
  readonly name: string;
  /**
   * Calls a function that calls the broker's client. Other instrumentations do not trace that call. A transport must make every
   * call of its client through this function: see `Tracer.suppress`.
   */
  readonly suppress: <R>(clientCall: () => R) => R;
  /** Receives reports of problems that need attention. */
  readonly health: HealthReports;
}

/** Handlers that share one source. */
export interface HandlerGroup<H extends HandlerSpec = HandlerSpec> {
  readonly handlers: readonly H[];
  /** The name that the broker uses for the group of handlers: the consumer group. Absent if the broker has no such groups. */
  readonly group?: string;
}

/** An open transport of an application. `T` is the type of its checked publish options. */
export interface Connection<T = unknown> {
  /** Returns the destination that spans show for messages on a channel. */
  destination(channel: AnyChannel): Outgoing;
  /**
   * Checks that the channels of the handlers exist, and creates them if the transport is configured so. Returns all errors
   * together. Rejects with `TL_…_UNAVAILABLE` while the broker is unavailable.
   */
  check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]>;
  /**
   * Checks that the dead-letter channels that handlers name (`deadLetter: topic('failed')`) exist, and creates them if the
   * transport is configured so. The handlers may belong to another transport. Returns and rejects like {@link Connection.check}.
   * The core calls this method before `check`.
   */
  checkDeadLetterChannels(channels: readonly AnyChannel[]): Promise<readonly ThroughlineError[]>;
  /** Groups the handlers that share a source. */
  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[];
  source(handlerGroup: HandlerGroup): Source;
  /**
   * Checks the publish options of this transport, once for all messages of a call, and returns them in a form that `send` can
   * use. Does not receive the publish options that all transports have in common.
   *
   * @throws ThroughlineError `TL_OPTION_INVALID` for an invalid value, and for an option that this kind of channel does not have.
   */
  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): T;
  /** Sends a message. Resolves when the broker has accepted the message. Otherwise, rejects with an error that has a code. */
  send(message: Outbound<T>): Promise<Receipt>;
  /** Returns the default dead-letter channel of a handler. */
  deadLettersOf(handler: HandlerSpec): string;
  /** Stores a dead letter. Resolves when the dead letter is stored. */
  storeDeadLetter(request: DeadLetterRequest): Promise<void>;
  /**
   * Moves dead letters back to their handler. Resolves when all dead letters that existed at the beginning are moved, or when
   * `signal` aborts. If the process is killed, no dead letter is lost, and the next redrive continues. Dead letters that were in
   * flight may then be moved twice.
   */
  redrive(plan: RedrivePlan): Promise<RedriveProgress>;
  /**
   * Prepares to write back dead letters that another transport stores for this transport's handlers. This method is absent if the
   * transport does not support that.
   */
  redelivery?(target: RedeliveryTarget): Promise<Redelivery>;
  /**
   * Returns how long the broker keeps a message of this channel, in milliseconds, or `undefined` if the broker does not report
   * it.
   */
  retention(channel: AnyChannel): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Options that every transport has. */
export interface TransportOptions {
  /**
   * The name of the transport. It is needed if an application has several transports of one kind. Channels refer to it with
   * `transport`. Default: none. The unnamed transport serves the channels that name no transport.
   */
  readonly name?: string | undefined;
  /**
   * Whether this transport serves handlers with Nest's `@EventPattern('x')` that name no transport. Use this option to migrate from
   * Nest's built-in transports. Default: false.
   */
  readonly nestPatterns?: boolean | undefined;
}

/** The rules of {@link TransportOptions}. Each transport checks its options with them. */
export const TRANSPORT_RULES: RulesFor<TransportOptions> = {
  name: rule.text,
  nestPatterns: rule.flag,
};

/** A transport for `transports` of `ThroughlineModule.forRoot`. `sqs()` and `kafka()` return one. */
export interface Transport {
  /** The name of the transport. Channels refer to it. The unnamed transport serves the channels that name none. */
  readonly name?: string | undefined;
  /** The systems whose channels the transport serves, by `ChannelSystem.name`. */
  readonly systems: readonly string[];
  /**
   * Whether this transport serves handlers with Nest's `@EventPattern('x')` that name no transport. Only one transport may set this
   * option. Default: false.
   */
  readonly nestPatterns?: boolean | undefined;
  /**
   * Creates a channel for a Nest pattern that names this transport. The channel accepts any JSON.
   *
   * @param address how the pattern names the transport: by its `name`, or by one of its `systems`
   */
  channelOf(pattern: string, address: string): AnyChannel;
  /** Loads the broker's client. Does not connect yet: {@link Connection.check} and the first message do that. */
  open(context: TransportContext): Promise<Connection>;
}

/** Returns the symbol that identifies a transport in Nest, as in `@EventPattern('x', transportSymbol('sqs'))`. */
export const transportSymbol = (name: string): symbol => Symbol.for(`throughline:${name}`);

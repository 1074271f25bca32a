import type { Outgoing } from 'throughline/tracing';
import type { HealthReports } from './blocked-watch.js';
import type { AnyChannel } from './channel.js';
import type { ThroughlineError } from '#base';
import type { HandlerSpec } from './handler-spec.js';
import type { Headers } from '#base';
import type { Redelivery, RedeliveryTarget, RedrivePlan, RedriveProgress } from './redrive-plan.js';
import type { InboundMessage, Source } from './source.js';

/** A message on its way out, validated and encoded. */
export interface Outbound<T = unknown> {
  readonly channel: AnyChannel;
  /** JSON, to be written in UTF-8; `null` is a tombstone, which only channels with `tombstones` have. */
  readonly body: string | null;
  readonly key: string | null;
  readonly headers: Headers;
  /** How long its sender waits, in milliseconds. */
  readonly timeout: number;
  /** What `Connection.publishTerms` made of the publish's own options; `undefined` where there were none. */
  readonly terms?: T | undefined;
  /** The context to write into it, in whatever form the broker's world knows. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** A message on its way to where dead letters are kept: its bytes and headers go along as they were. */
export interface DeadLetterRequest {
  readonly inbound: InboundMessage;
  /** The channel, by its logical name. */
  readonly to: string;
  /** The same where the handler names one; absent where it is `Connection.deadLettersOf` the handler, on the message's own broker. */
  readonly channel?: AnyChannel | undefined;
  /** For the header `dead-letter`: the first of these that there is room for, or none. */
  readonly notes: readonly string[];
}

/**
 * How much of a trace context found room in a message: all of it, no `tracestate`, X-Ray's form of it, or nothing. A context
 * that there was none of is `whole`.
 */
export type ContextPropagation = 'whole' | 'traceparent' | 'xray' | 'none';

/** What the broker says of a message that it has taken. */
export interface Receipt {
  /** The broker's id of the message; where it has none, what leads to it. */
  readonly id: string;
  /** How the trace context travels. */
  readonly context: ContextPropagation;
}

/** What a transport gets from the application that it is part of. */
export interface TransportContext {
  /** The application's name: the default consumer group, the client's id. */
  readonly name: string;
  /** Around every call of the broker's client: see `Tracer.suppress`. */
  readonly suppress: <R>(clientCall: () => R) => R;
  /** Where a transport reports what a person has to look at. */
  readonly health: HealthReports;
}

/** Handlers that share one source. */
export interface HandlerGroup<H extends HandlerSpec = HandlerSpec> {
  readonly handlers: readonly H[];
  /** What the broker calls them together, where it has a name for it: a consumer group. */
  readonly group?: string;
}

/** A transport that is open in an application. `T` is what it makes of the options of a publish. */
export interface Connection<T = unknown> {
  /** What a span shows as the destination of a channel. */
  destination(channel: AnyChannel): Outgoing;
  /**
   * Looks whether what the handlers name is there, and makes it where that was asked for. Tells all mistakes at once.
   * Rejects with `TL_…_UNAVAILABLE` while the broker is away.
   */
  check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]>;
  /** How the handlers share sources. */
  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[];
  source(handlerGroup: HandlerGroup): Source;
  /**
   * Checks the options of a publish that are the transport's own, and reads them once for all messages of a call. Gets no option
   * that every publish has.
   *
   * @throws ThroughlineError `TL_OPTION_INVALID` for a wrong value, and for an option that this kind of channel does not have.
   */
  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): T;
  /** Resolves once the broker has the message; rejects with a coded error otherwise. */
  send(message: Outbound<T>): Promise<Receipt>;
  /** The channel where a handler's dead letters are kept if it does not say otherwise. */
  deadLettersOf(handler: HandlerSpec): string;
  /** Resolves once the dead letter is stored. */
  storeDeadLetter(burial: DeadLetterRequest): Promise<void>;
  /**
   * Moves dead letters to where their handler reads them again. Killed at any moment it loses none, and run again it goes on
   * where it was; what was in flight may be moved twice. Resolves at the end of what lay there when it began, or on `signal`.
   */
  redrive(plan: RedrivePlan): Promise<RedriveProgress>;
  /**
   * Prepares to write dead letters of this transport's handler that another transport keeps. Absent where a transport cannot: then
   * there is no way back from another broker.
   */
  redelivery?(target: RedeliveryTarget): Promise<Redelivery>;
  /** How long the broker keeps a message of this channel, in milliseconds; `undefined` where it does not say. */
  retention(channel: AnyChannel): Promise<number | undefined>;
  close(): Promise<void>;
}

/** The options that every transport has. */
export interface TransportOptions {
  /**
   * A name of its own, where an application has several transports of a kind; channels name it with `transport`. Default: none,
   * for the channels that name no transport.
   */
  readonly name?: string | undefined;
  /**
   * Whether handlers of Nest's own `@EventPattern('x')`, which name no transport, belong to this one: the way in from Nest's
   * built-in transports. Default: false.
   */
  readonly nestPatterns?: boolean | undefined;
}

/**
 * A broker that an application takes part in: what `sqs()` and `kafka()` return, and what `transports` of
 * `ThroughlineModule.forRoot` takes.
 */
export interface Transport {
  /** Tells it from others that carry the same channels; channels name it. Default: the one for channels that name none. */
  readonly name?: string | undefined;
  /** The systems whose channels it carries, by `ChannelSystem.name`. */
  readonly systems: readonly string[];
  /**
   * Whether handlers that Nest's own `@EventPattern('x')` declares, without naming a transport, belong to it. Two transports that
   * both say so are refused. Default: false.
   */
  readonly nestPatterns?: boolean | undefined;
  /**
   * The channel of a pattern of Nest's own that names this transport: any JSON.
   *
   * @param address by which the pattern names it: the transport's `name`, or one of its `systems`
   */
  channelOf(pattern: string, address: string): AnyChannel;
  /** Loads the client, and connects nothing yet: that is for {@link Connection.check} and the first message. */
  open(context: TransportContext): Promise<Connection>;
}

/** The symbol by which Nest tells the transport of a handler: `@EventPattern('x', transportSymbol('sqs'))`. */
export const transportSymbol = (name: string): symbol => Symbol.for(`throughline:${name}`);

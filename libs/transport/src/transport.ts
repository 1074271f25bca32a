import type { Outgoing } from 'throughline/tracing';
import type { HealthReports } from './blocked-watch.js';
import type { AnyChannel, ChannelKind } from './channel.js';
import type { ThroughlineError } from '#base';
import type { HandlerSpec } from './handler-spec.js';
import type { Headers } from '#base';
import type { Redelivery, RedeliveryTarget, RedrivePlan, RedriveProgress } from './redrive-plan.js';
import type { InboundMessage, Source } from './source.js';

/** A message on its way out, validated and encoded. */
export interface Outbound {
  readonly channel: AnyChannel;
  /** JSON, to be written in UTF-8; `null` is a tombstone, and only a topic has them. */
  readonly body: string | null;
  readonly key: string | null;
  readonly headers: Headers;
  /** In milliseconds. */
  readonly delay?: number | undefined;
  /** How long its sender waits, in milliseconds. */
  readonly timeout: number;
  readonly deduplicationId?: string | undefined;
  readonly partition?: number | undefined;
  /** The context to write into it, in whatever form the broker's world knows. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** A message on its way to where dead letters are kept: its bytes and headers go along as they were. */
export interface DeadLetterRequest {
  readonly inbound: InboundMessage;
  /** The channel, by its logical name. */
  readonly to: string;
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
  /** SQS: the message id. Kafka: topic, partition and offset. */
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

/** Handlers that share one source: all of one queue, or all of one consumer group. */
export interface HandlerGroup<H extends HandlerSpec = HandlerSpec> {
  readonly handlers: readonly H[];
}

/** A transport at work in an application. */
export interface Connection {
  /** What a span shows as the destination of a channel. */
  destination(channel: AnyChannel): Outgoing;
  /**
   * Looks whether what the handlers name is there, and makes it where that was asked for. Tells all mistakes at once.
   * Rejects with `TL_…_UNAVAILABLE` while the broker is away.
   */
  check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]>;
  /** How the handlers share sources: one a queue, one a consumer group. */
  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[];
  source(handlerGroup: HandlerGroup): Source;
  /** Resolves once the broker has the message; rejects with a coded error otherwise. */
  send(message: Outbound): Promise<Receipt>;
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

/**
 * A broker that an application takes part in: what `sqs()` and `kafka()` return, and what `transports` of
 * `ThroughlineModule.forRoot` takes.
 */
export interface Transport {
  /** `sqs`, `kafka`. */
  readonly name: string;
  /** The kind of channel it carries. */
  readonly kind: ChannelKind;
  /** Connects nothing yet: that is for {@link Connection.check} and the first message. */
  open(context: TransportContext): Connection;
}

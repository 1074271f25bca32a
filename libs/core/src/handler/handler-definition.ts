import type { Duration } from '#base';
import type { AnyChannel, HandlerOptionsOf, OutputOf, RetryOptions } from 'throughline/transport';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';

/** What one may ask for on any channel. */
export interface CommonOptions {
  /** Whether the handler takes messages in this process. Default: true. */
  readonly enabled?: boolean;
  /**
   * The handler's stable name: it identifies the handler in idempotency entries, dead letters, metrics, control and configuration.
   * Set it before you rename a class or a method. Default: `Class.method`.
   */
  readonly name?: string;
  /** How many messages this handler has at work at once. Default: 10. */
  readonly concurrency?: number;
  /** How often a message may fail. Default: 5 times, 1 s to 5 min apart. */
  readonly retry?: RetryOptions;
  /**
   * Where messages go that are rejected, invalid or exhausted. `true`: on SQS, the target of the queue's own RedrivePolicy, else
   * `<queue>-dlq` (FIFO: `<base>-dlq.fifo`); on Kafka, `<topic>.<group>.dlq`, since a failure belongs to a group. Or a channel.
   * `false`: such a message is retried forever at the longest backoff, blocks its key, and makes the handler unhealthy.
   * Default: `true`. The start is refused if the channel is missing.
   */
  readonly deadLetter?: boolean | AnyChannel;
  /** How long one run may take; it then counts as failed, and `delivery.signal` aborts. Default: `5m`. */
  readonly timeout?: Duration;
  /** How long a run that has timed out may go on all the same, until the process counts as unhealthy. Default: `30s`. */
  readonly grace?: Duration;
  /** How many messages of one key may wait behind its first. Default: 1,000. */
  readonly laneLimit?: number;
  /**
   * What happens beyond it. `pause` (default): its partition or queue is held back until the key goes on. `deadLetter`: what
   * comes of that key is a dead letter, and everything else goes on; choose it where freshness counts more.
   */
  readonly onBlocked?: 'pause' | 'deadLetter';
  /**
   * How a run stands in the trace that comes later than the first: after a wait, or redriven. `continue` (default): in the
   * message's own trace, whenever it comes. `link`: in a trace of its own, with links to the message's context and to the run
   * that failed; choose it where retries come hours later, and traces should stay short. Runs at once after another always stay
   * in one trace.
   */
  readonly trace?: 'continue' | 'link';
}

/** How a handler does a thing once, although its message may come twice. */
export interface Idempotency<T> {
  /**
   * What is to be done once: what has the same key is the same thing. Not what a broker calls a message (that also changes when
   * its sender sends again), but what the payload is about.
   */
  key(payload: T): string;
  /** How long it stays known that it was done. Default: as long as the broker keeps a message, or 14 days where it does not say. */
  readonly ttl?: Duration;
  /** Default: the `store` of `ThroughlineModule.forRoot`. */
  readonly store?: IdempotencyStore;
  /**
   * While the store cannot be reached. `retry` (default): messages wait, uncounted; choose it where twice is worse than late.
   * `process`: they are handled as if there were no store; choose it where late is worse than twice.
   */
  readonly onUnavailable?: 'process' | 'retry';
  /** How long a run that crashed keeps others from its message; prolonged while the handler runs. Default: `30s`. */
  readonly lease?: Duration;
}

/** What one may ask for that has to do with the payload. */
export interface PayloadOptions<T> {
  /**
   * Remembers what was done: a message whose key is done is acked as a duplicate, and one that another run is at waits. Each
   * handler has marks of its own. A crash between the effect and its mark repeats the effect; only a transaction that holds
   * both removes that.
   *
   * @example
   * \@OrderHandler(newOrders, { idempotent: { key: (order) => order.order_id } })
   */
  readonly idempotent?: Idempotency<T>;
}

/** How many messages come to a batch handler at once. */
export interface BatchSize {
  /** At most so many. */
  readonly size: number;
  /** How long a message waits for others to come along. */
  readonly within: Duration;
}

/** The options of handlers that share a channel, and of handlers that take a batch. */
export interface ShapeOptions<T> {
  /** Takes a `Batch` instead of one message. Not together with `when`. */
  readonly batch?: BatchSize;
  /**
   * Whether this handler takes the message. Handlers that all have a guard may share a channel: the first whose guard says yes takes
   * the message, in the order of declaration. They share its lanes too, so the order of a key holds over all of them; of
   * `concurrency` and `laneLimit`, the largest counts. With a type predicate, the compiler narrows the payload.
   */
  readonly when?: (payload: T) => boolean;
  /**
   * What becomes of a message that no guard takes. `ack` (default): it is acknowledged and counted. `deadLetter`: it is kept as a
   * dead letter. Only together with `when`.
   */
  readonly unmatched?: 'ack' | 'deadLetter';
}

/** All options of a handler on a channel: those of every handler, and those that the channel's transport adds. */
export type HandlerOptions<C extends AnyChannel> = CommonOptions &
  PayloadOptions<OutputOf<C>> &
  ShapeOptions<OutputOf<C>> &
  HandlerOptionsOf<C>;

/** A handler's options, whatever its channel. */
export type AnyHandlerOptions = CommonOptions & PayloadOptions<unknown> & ShapeOptions<unknown>;

/** Options for all handlers of an application, where a handler says nothing itself. */
export type HandlerDefaults = Omit<CommonOptions, 'name' | 'enabled'>;

/** Where an option's value comes from, from the weakest to the strongest. */
export type OptionOrigin = 'built-in' | 'defaults' | 'defineHandler' | 'decorator' | 'override';

/** A handler as its decorator declares it. */
export interface DeclaredHandler {
  readonly channel: AnyChannel;
  /** The options of `defineHandler` and of the decorator. */
  readonly layers: readonly { readonly origin: OptionOrigin; readonly options: object }[];
  /** `OrderProcessor.process`, or the name that it was given: what logs, traces, control and dead letters show. */
  readonly name: string;
}

/** Options with a value for each that has a built-in one. */
export type ResolvedOptions = AnyHandlerOptions & Required<Omit<CommonOptions, 'name'>>;

/** A handler with all its options resolved. */
export interface HandlerDefinition {
  readonly channel: AnyChannel;
  readonly options: ResolvedOptions;
  readonly name: string;
  /** Options that are not listed have their built-in value. */
  readonly origins: ReadonlyMap<string, OptionOrigin>;
}

import type { Duration } from '#base';
import type { AnyChannel, HandlerOptionsOf, OutputOf, RetryOptions } from 'throughline/transport';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';

/** Handler options for every kind of channel. */
export interface CommonOptions {
  /** Whether the handler receives messages in this process. Default: true. */
  readonly enabled?: boolean;
  /**
   * The handler's stable name. It identifies the handler in idempotency entries, dead letters, metrics, control and
   * configuration. Set it before you rename a class or a method. Default: `Class.method`.
   */
  readonly name?: string;
  /** How many messages the handler processes at the same time. Default: 10. */
  readonly concurrency?: number;
  /** How often a message may fail, and how long it waits between attempts. Default: 5 attempts, 1 s to 5 min apart. */
  readonly retry?: RetryOptions;
  /**
   * Where rejected, invalid and exhausted messages go. Default: `true`.
   *
   * `true`: on SQS, to the target of the queue's RedrivePolicy, or else to `<queue>-dlq` (FIFO: `<base>-dlq.fifo`). On Kafka, to
   * `<topic>.<group>.dlq`, because a failure concerns one group.
   *
   * A channel: to that channel. If the channel is missing, the application does not start.
   *
   * `false`: such a message is retried forever at the longest backoff, blocks its key, and makes the handler unhealthy.
   */
  readonly deadLetter?: boolean | AnyChannel;
  /**
   * How long a run of the handler may take. When this time expires, `delivery.signal` aborts, and the run counts as failed.
   * Default: `5m`.
   */
  readonly timeout?: Duration;
  /** How long a run of the handler may continue after its timeout before the process counts as unhealthy. Default: `30s`. */
  readonly grace?: Duration;
  /** The maximum number of messages that may wait behind another message with the same key. Default: 1,000. */
  readonly laneLimit?: number;
  /**
   * What happens when `laneLimit` is reached. `pause` (default): Throughline stops reading the partition or queue until enough
   * messages with this key are processed. `deadLetter`: further messages with this key become dead letters, and all others
   * continue. Choose `deadLetter` if it is more important to handle new messages soon than to handle all messages.
   */
  readonly onBlocked?: 'pause' | 'deadLetter';
  /**
   * Determines the trace of a retry that runs after a delay or after a redrive. `continue` (default): the retry belongs to the
   * message's own trace. `link`: the retry starts a new trace with links to the message's context and to the failed run. Choose
   * `link` to keep traces short if retries come hours later. Retries without a delay always stay in one trace.
   */
  readonly trace?: 'continue' | 'link';
}

/** Options of an idempotent handler, which recognizes messages that have already been processed. */
export interface Idempotency<T> {
  /**
   * Returns the key that identifies the work for a message, for example the order number. Messages with the same key are
   * duplicates. Do not use the broker's message id, because a message that is published again gets a new id.
   */
  key(payload: T): string;
  /**
   * How long an idempotency entry is kept. Default: as long as the broker keeps a message, or 14 days if the broker does not report
   * it.
   */
  readonly ttl?: Duration;
  /** The handler's own idempotency store. Default: the `store` of `ThroughlineModule.forRoot`. */
  readonly store?: IdempotencyStore;
  /**
   * What happens while the idempotency store is unavailable. `retry` (default): messages wait, and no attempt is counted. Choose
   * `retry` if a duplicate is worse than a delay. `process`: messages are handled as if there were no store. Choose `process` if a
   * delay is worse than a duplicate.
   */
  readonly onUnavailable?: 'process' | 'retry';
  /**
   * The duration of the lease with which a run reserves its key. The lease is renewed while the handler runs. After a crash,
   * other runs with the same key wait until the lease expires. Default: `30s`.
   */
  readonly lease?: Duration;
}

/** Handler options that depend on the payload. */
export interface PayloadOptions<T> {
  /**
   * Makes the handler idempotent: Throughline records which keys have been processed. If a message's key has been processed, the
   * message is acknowledged as a duplicate. If another run is processing the key, the message waits. Each handler has its own
   * entries. A crash between the handler's effect and the writing of the entry repeats the effect. Only a transaction that
   * includes both the effect and the entry prevents such a repetition.
   *
   * @example
   * \@OrderHandler(newOrders, { idempotent: { key: (order) => order.order_id } })
   */
  readonly idempotent?: Idempotency<T>;
}

/** Determines how many messages a batch handler receives in one call. The call starts when either limit is reached. */
export interface BatchSize {
  /** The maximum number of messages in a batch. */
  readonly size: number;
  /** How long the first message waits for further messages. */
  readonly within: Duration;
}

/** Options for batch handlers, and for handlers that share a channel. */
export interface ShapeOptions<T> {
  /** Makes the handler receive a `Batch` instead of one message. Cannot be combined with `when`. */
  readonly batch?: BatchSize;
  /**
   * A guard that selects the messages for this handler. Several handlers may share a channel if each of them has a guard. A
   * message goes to the first handler whose guard returns true, in the order in which the handlers are declared. The handlers
   * share the channel's lanes, so a key keeps its order across all of them. The largest `concurrency` and `laneLimit` among them
   * apply. If the guard is a type predicate, the compiler narrows the payload.
   */
  readonly when?: (payload: T) => boolean;
  /**
   * What happens to a message that no guard accepts. `ack` (default): the message is acknowledged and counted. `deadLetter`: the
   * message becomes a dead letter. Requires `when`.
   */
  readonly unmatched?: 'ack' | 'deadLetter';
}

/** All options of a handler on a channel: the common ones, and those of the channel's transport. */
export type HandlerOptions<C extends AnyChannel> = CommonOptions &
  PayloadOptions<OutputOf<C>> &
  ShapeOptions<OutputOf<C>> &
  HandlerOptionsOf<C>;

/** The options of a handler on any channel. */
export type AnyHandlerOptions = CommonOptions & PayloadOptions<unknown> & ShapeOptions<unknown>;

/** Options for all handlers of an application. A handler's own options override them. */
export type HandlerDefaults = Omit<CommonOptions, 'name' | 'enabled'>;

/** The places where an option can be set. A later place in this list overrides an earlier one. */
export type OptionOrigin = 'built-in' | 'defaults' | 'defineHandler' | 'decorator' | 'override';

/** A handler as its decorator declares it. */
export interface DeclaredHandler {
  readonly channel: AnyChannel;
  /** The options that `defineHandler` and the decorator set. */
  readonly layers: readonly { readonly origin: OptionOrigin; readonly options: object }[];
  /** The handler's name: `OrderProcessor.process`, or the configured name. Logs, traces, control and dead letters contain it. */
  readonly name: string;
}

/** Options with all built-in values applied. */
export type ResolvedOptions = AnyHandlerOptions & Required<Omit<CommonOptions, 'name'>>;

/** A handler with all its options resolved. */
export interface HandlerDefinition {
  readonly channel: AnyChannel;
  readonly options: ResolvedOptions;
  readonly name: string;
  /** The origins of the option values. Options that are not listed have their built-in values. */
  readonly origins: ReadonlyMap<string, OptionOrigin>;
}

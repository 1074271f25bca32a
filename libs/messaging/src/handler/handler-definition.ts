import type { AnyChannel } from '../channel.js';
import type { Duration } from '../duration.js';
import type { RetryOptions } from '../policy.js';

/** What one may ask for on any channel. */
export interface CommonOptions {
  /** How many messages this handler has at work at once. Default: 10. */
  readonly concurrency?: number;
  /** How often a message may fail. Default: 5 times, 1 s to 5 min apart. */
  readonly retry?: RetryOptions;
  /**
   * Where messages go that are rejected, invalid or exhausted. `true`: `<queue>-dlq` on SQS (FIFO: `<base>-dlq.fifo`),
   * `<topic>.<group>.dlq` on Kafka, since a failure belongs to a group. Or a channel. Default: `false`; such messages then
   * wait at the longest backoff, and the handler is unhealthy.
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
}

/** What one may ask for on a queue. */
export interface QueueOptions {
  readonly group?: never;
  readonly order?: never;
  /**
   * How long a message stays hidden from others after a receive. It is prolonged while the handler runs, so this is the time
   * until a message of a crashed process comes back. Default: the queue's own setting.
   */
  readonly visibility?: Duration;
}

/** What one may ask for on a topic. */
export interface TopicOptions {
  /** The consumer group; each group gets every message. Default: the application's `name`. */
  readonly group?: string;
  /**
   * What stays in order. `key` (default): the records of one key. `partition`: all records of a partition; choose it where
   * the key says nothing. `none`: nothing, for what commutes.
   */
  readonly order?: 'key' | 'partition' | 'none';
  readonly visibility?: never;
}

/** How many messages come to a batch handler at once. */
export interface BatchSize {
  /** At most so many. */
  readonly size: number;
  /** How long a message waits for others to come along. */
  readonly within: Duration;
}

/** Options of a handler that takes one message at a time. */
export interface SingleOptions {
  readonly batch?: never;
}

/** Options of a handler that takes a `Batch`. */
export interface BatchOptions {
  readonly batch: BatchSize;
}

/** A handler's options, whatever its channel. */
export type AnyHandlerOptions = CommonOptions &
  (QueueOptions | TopicOptions) & { readonly batch?: BatchSize };

/** A handler as it was declared. */
export interface HandlerDefinition {
  readonly channel: AnyChannel;
  readonly options: AnyHandlerOptions;
  /** `OrderProcessor.process`: what logs and traces show. */
  readonly name: string;
}

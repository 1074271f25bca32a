import type { AnyChannel } from '../channel.js';
import type { Duration } from '../duration.js';

/** What one may ask for on any channel. */
export interface CommonOptions {
  /** How many messages this handler has at work at once. Default: 10. */
  readonly concurrency?: number;
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

/** A handler's options, whatever its channel. */
export type AnyHandlerOptions = CommonOptions & (QueueOptions | TopicOptions);

/** A handler as it was declared. */
export interface HandlerDefinition {
  readonly channel: AnyChannel;
  readonly options: AnyHandlerOptions;
  /** `OrderProcessor.process`: what logs and traces show. */
  readonly name: string;
}

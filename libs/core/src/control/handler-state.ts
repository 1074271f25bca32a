import type { OptionOrigin } from '../handler/handler-definition.js';
import type { Counts, LastError } from '../scheduler/handler-counts.js';

/**
 * What a handler is doing. `working`: it processes messages. `paused`: you paused it. `waiting`: a broker or store that it needs
 * is unavailable, and the handler retries at intervals. `stopped`: the application is shutting down.
 */
export type Activity = 'working' | 'paused' | 'waiting' | 'stopped';

/** The value of a handler option, and where this value comes from. */
export interface OptionState {
  readonly value: unknown;
  readonly from: OptionOrigin;
}

/** The state of a handler. */
export interface HandlerState {
  /** The handler's name, such as `OrderProcessor.process`. */
  readonly handler: string;
  /** The term that the broker uses for the channel, such as `queue` or `topic`. */
  readonly kind: string;
  /** The name of the transport that serves the handler's channel. */
  readonly transport: string;
  /** The logical name of the handler's channel. */
  readonly channel: string;
  /** The handler's consumer group. Absent if the broker has no consumer groups. */
  readonly group: string | undefined;
  readonly activity: Activity;
  /** Whether the broker responds and delivers messages to this handler. */
  readonly isConnected: boolean;
  /** What is assigned to this process for the handler: a queue, or partitions of a topic (`order_events/0`). */
  readonly assigned: readonly string[];
  readonly concurrency: number;
  /** The number of the handler's messages, or batches, that are in progress. */
  readonly inProgress: number;
  /** The number of the handler's messages in this process that wait for their turn or for a retry. */
  readonly waiting: number;
  /**
   * The number of the handler's unprocessed messages, in this process or at the broker. On a topic, these are the messages in the
   * partitions that are assigned to this process, and the messages in partitions that no member of the group reads. Every process
   * of the group counts the latter, so a sum over processes contains them more than once. `undefined` while the broker does not
   * respond.
   */
  readonly lag: number | undefined;
  /** When the handler's oldest message in this process was sent. */
  readonly oldest: Date | undefined;
  /**
   * The handler's options at start, by name, each with its value and its origin: `built-in`, the module's `defaults`,
   * `defineHandler`, the `decorator`, or an `override`.
   */
  readonly options: Readonly<Record<string, OptionState>>;
  readonly lastError: LastError | undefined;
  /** The handler's counters since the start of the process. */
  readonly counts: Counts;
}

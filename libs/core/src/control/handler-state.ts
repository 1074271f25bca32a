import type { OptionOrigin } from '../handler/handler-definition.js';
import type { Counts, LastError } from '../scheduler/handler-counts.js';

/**
 * What a handler is doing. `working`: it processes messages. `paused`: you paused it. `waiting`: a broker or store that it needs
 * is unavailable, and it retries from time to time. `stopped`: the application is shutting down.
 */
export type Activity = 'working' | 'paused' | 'waiting' | 'stopped';

/** The value of an option, and where it comes from. */
export interface OptionState {
  readonly value: unknown;
  readonly from: OptionOrigin;
}

/** The state of a handler. */
export interface HandlerState {
  /** `OrderProcessor.process`. */
  readonly handler: string;
  /** The broker's term for the channel: `queue` or `topic`. */
  readonly kind: string;
  /** The transport that serves the channel. */
  readonly transport: string;
  /** The channel's logical name. */
  readonly channel: string;
  /** The consumer group, if the broker has consumer groups. */
  readonly group: string | undefined;
  readonly activity: Activity;
  /** Whether the broker responds and delivers messages to this handler. */
  readonly isConnected: boolean;
  /** What is assigned to this process: the channel, or partitions of it (`order_events/0`). */
  readonly assigned: readonly string[];
  readonly concurrency: number;
  /** Messages, or batches, in progress. */
  readonly inProgress: number;
  /** Messages in this process that wait for their turn or for a retry. */
  readonly waiting: number;
  /** Unprocessed messages, in this process or at the broker. `undefined` while the broker does not respond. */
  readonly lag: number | undefined;
  /** When the oldest message in this process was sent. */
  readonly oldest: Date | undefined;
  /**
   * The handler's options at start, by name, and the origin of each: `built-in`, the module's `defaults`, `defineHandler`, its
   * `decorator`, or an `override`.
   */
  readonly options: Readonly<Record<string, OptionState>>;
  readonly lastError: LastError | undefined;
  /** The counters since the start of the process. */
  readonly counts: Counts;
}

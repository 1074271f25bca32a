import type { OptionOrigin } from '../handler/handler-definition.js';
import type { Counts, LastError } from '../scheduler/handler-counts.js';

/**
 * What a handler is doing. `working`: it takes messages. `paused`: it was told to wait. `waiting`: something that it needs is
 * away, and it looks now and then whether it is back. `stopped`: the application ends.
 */
export type Activity = 'working' | 'paused' | 'waiting' | 'stopped';

/** The value of an option, and where it comes from. */
export interface OptionState {
  readonly value: unknown;
  readonly from: OptionOrigin;
}

/** A handler, as it stands. */
export interface HandlerState {
  /** `OrderProcessor.process`. */
  readonly handler: string;
  /** What the broker calls its channel. */
  readonly kind: string;
  /** The transport that carries the channel. */
  readonly transport: string;
  /** The channel's logical name. */
  readonly channel: string;
  /** The consumer group, where its broker has them. */
  readonly group: string | undefined;
  readonly activity: Activity;
  /** Whether its broker answers, and it takes messages from it. */
  readonly isConnected: boolean;
  /** What is assigned to this process: the channel, or parts of it (`order_events/0`). */
  readonly assigned: readonly string[];
  readonly concurrency: number;
  /** Messages, or batches, whose handler is running. */
  readonly inProgress: number;
  /** Messages that are here and wait for their turn, or for their next run. */
  readonly waiting: number;
  /** Messages that are not done, here or with the broker; `undefined` while it cannot be asked. */
  readonly lag: number | undefined;
  /** When the oldest message that is here was sent. */
  readonly oldest: Date | undefined;
  /**
   * The options that the handler has started with, by name, and where each comes from: `built-in`, the module's `defaults`,
   * `defineHandler`, its `decorator`, or an `override`.
   */
  readonly options: Readonly<Record<string, OptionState>>;
  readonly lastError: LastError | undefined;
  /** Since the start of the process. */
  readonly counts: Counts;
}

import type { PublishCounts } from '../publish/publish-counts.js';
import type { RedriveOptions, RedriveReport } from '../redrive/redrive-options.js';
import type { HandlerState } from './handler-state.js';
import type { SeekTarget } from 'throughline/transport';

/**
 * Controls the handlers in this process while they run. Inject this class. It exposes no endpoint, so you decide who can call it.
 * Identify a handler by its name, such as `OrderProcessor.process`. If several handlers share a channel, each with its own
 * `when`, they also share the channel's lanes. A call for one of them therefore affects all of them.
 *
 * Each method with a `handler` parameter throws or rejects with `TL_HANDLER_UNKNOWN` if no handler has that name. The error lists
 * all names.
 *
 * @example
 * constructor(private readonly control: ThroughlineControl) {}
 * …
 * this.control.pause('OrderProcessor.process');
 */
export abstract class ThroughlineControl {
  /** Returns all handlers and their state. */
  abstract handlers(): Promise<readonly HandlerState[]>;

  /**
   * Returns how many messages were published to each channel, and how many of them carried a complete trace context, a shortened
   * one or none.
   */
  abstract published(): readonly PublishCounts[];

  /**
   * Pauses a handler: it receives and starts no more messages. Messages in progress finish, and waiting messages stay in this
   * process. A pause survives rebalances, but not a restart.
   */
  abstract pause(handler: string): void;

  abstract resume(handler: string): void;

  /**
   * Sets how many messages, or batches, a handler runs at the same time. If more are in progress, they finish.
   *
   * @throws ThroughlineError `TL_OPTION_INVALID` if `concurrency` is not an integer of 1 or more.
   */
  abstract setConcurrency(handler: string, concurrency: number): void;

  /**
   * Moves a handler on a topic to another position, in one partition or in all partitions that are assigned to this process. Waiting
   * messages are dropped. Messages in progress finish, but their results are not recorded. Other members of the group are not
   * affected: call `seek` in each of them.
   *
   * @returns the names of the moved partitions, such as `order_events/0`
   * @throws ThroughlineError `TL_SEEK_IMPOSSIBLE` for a handler on a queue, because a queue has no positions
   */
  abstract seek(handler: string, target: SeekTarget): Promise<readonly string[]>;

  /**
   * Calls {@link ThroughlineControl.seek} for every handler of a consumer group.
   *
   * @throws ThroughlineError `TL_GROUP_UNKNOWN`, which lists the groups of this process.
   */
  abstract reset(
    group: string,
    target: Exclude<SeekTarget, { readonly partition: number }>,
  ): Promise<readonly string[]>;

  /**
   * Moves a handler's dead letters back to a place that only that handler reads. Resolves when all dead letters that existed at the
   * call have been moved. If the process is killed, no dead letter is lost. Call `redrive` again to continue. Dead letters that were
   * in flight may be moved twice.
   *
   * @throws ThroughlineError `TL_REDRIVE_IMPOSSIBLE` for a handler with `deadLetter: false`.
   * @example
   * await control.redrive('OrderProcessor.process', { filter: ({ cause }) => cause?.reason === 'exhausted', rate: 50 });
   */
  abstract redrive(handler: string, options?: RedriveOptions): Promise<RedriveReport>;
}

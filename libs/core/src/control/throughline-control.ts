import type { PublishCounts } from '../publish/publish-counts.js';
import type { RedriveOptions, RedriveReport } from '../redrive/redrive-options.js';
import type { HandlerState } from './handler-state.js';
import type { SeekTarget } from 'throughline/transport';

/**
 * Steers the handlers of this process while they run. Inject it; an application decides by itself who may call it: there is no
 * endpoint. Handlers are called by their names, `OrderProcessor.process`; those that share a channel by `when` share its lanes
 * too, so what is said of one holds for all of them.
 *
 * Each method that takes a handler throws or rejects with `TL_HANDLER_UNKNOWN`, which lists the names there are.
 *
 * @example
 * constructor(private readonly control: ThroughlineControl) {}
 * …
 * this.control.pause('OrderProcessor.process');
 */
export abstract class ThroughlineControl {
  /** Every handler, and how it stands. */
  abstract handlers(): Promise<readonly HandlerState[]>;

  /** What was published, by channel, and how its trace contexts travel. */
  abstract published(): readonly PublishCounts[];

  /**
   * Starts nothing more, and takes nothing more from the broker; what is at work ends. What waits here stays here, and ours.
   * Survives rebalances, not a restart.
   */
  abstract pause(handler: string): void;

  abstract resume(handler: string): void;

  /**
   * How many messages, or batches, may be at work from now on. What is at work beyond it ends.
   *
   * @throws ThroughlineError `TL_OPTION_INVALID` for what is no whole number from 1 on.
   */
  abstract setConcurrency(handler: string, concurrency: number): void;

  /**
   * Has a handler on a topic read on from elsewhere: in all partitions that are this process' own, or in one. What waits of them
   * is forgotten, what is at work ends and is not remembered. The group's other members are not touched; call it in each.
   *
   * @returns the partitions that were moved, `order_events/0`
   * @throws ThroughlineError `TL_SEEK_IMPOSSIBLE` for a queue, which keeps no log.
   */
  abstract seek(handler: string, target: SeekTarget): Promise<readonly string[]>;

  /**
   * {@link ThroughlineControl.seek} for every handler of a consumer group.
   *
   * @throws ThroughlineError `TL_GROUP_UNKNOWN` with the groups that there are.
   */
  abstract reset(
    group: string,
    target: Exclude<SeekTarget, { readonly partition: number }>,
  ): Promise<readonly string[]>;

  /**
   * Moves a handler's dead letters to where only that handler reads them again. Resolves at the end of what lay there when it
   * began. Killed at any moment it loses none; run again it goes on where it was, and what was in flight may be moved twice.
   *
   * @throws ThroughlineError `TL_REDRIVE_IMPOSSIBLE` for a handler without a `deadLetter`.
   * @example
   * await control.redrive('OrderProcessor.process', { filter: ({ cause }) => cause?.reason === 'exhausted', rate: 50 });
   */
  abstract redrive(handler: string, options?: RedriveOptions): Promise<RedriveReport>;
}

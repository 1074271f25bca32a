import type { CapacityLimits } from './capacity.js';

/** Limits of a scheduler. */
export interface SchedulerOptions extends CapacityLimits {
  /** The maximum number of messages, or batches, in progress (slots). */
  readonly concurrency: number;
  /** The maximum number of messages per slot. Default: 1. */
  readonly perSlot?: number;
  /** How long a slot waits to fill up, in milliseconds. */
  readonly gatherFor?: number;
  /** Whether a message that no other message precedes starts at once, without an entry for its lane. Default: true. */
  readonly immediateStarts?: boolean;
}

import type { CapacityLimits } from './capacity.js';

/** How much runs at once, and how much may wait. */
export interface SchedulerOptions extends CapacityLimits {
  /** Slots: messages in progress at once, or batches. */
  readonly concurrency: number;
  /** How many messages a slot takes at most. Default: 1. */
  readonly perSlot?: number;
  /** How long a slot waits, in milliseconds, for as many as it takes. */
  readonly gatherFor?: number;
  /** Whether a message that nothing is before starts without being entered into its lane. Default: true. */
  readonly immediateStarts?: boolean;
}

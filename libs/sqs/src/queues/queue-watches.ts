import { BlockedWatch, type HealthReports } from 'throughline/transport';

/** What can be blocked of a queue, each by a right of its own. */
export interface QueueWatches {
  readonly polls: BlockedWatch;
  readonly deletes: BlockedWatch;
  /** Prolonging what is at work, and giving back what is to run again. */
  readonly visibility: BlockedWatch;
}

/** Reports what is blocked of a queue, once it has lasted. */
export const queueWatches = (health: HealthReports, name: string): QueueWatches => ({
  polls: new BlockedWatch(health, `SQS queue "${name}"`),
  deletes: new BlockedWatch(health, `SQS queue "${name}" (deletes)`),
  visibility: new BlockedWatch(health, `SQS queue "${name}" (visibility)`),
});

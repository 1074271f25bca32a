import { BlockedWatch, type HealthReports } from 'throughline/transport';

/** The requests to a queue that can be blocked, each by a permission of its own. */
export interface QueueWatches {
  readonly polls: BlockedWatch;
  readonly deletes: BlockedWatch;
  /** Extending the visibility of messages in progress, and returning messages for a retry. */
  readonly visibility: BlockedWatch;
}

/** Reports requests to health that stay blocked. */
export const queueWatches = (health: HealthReports, name: string): QueueWatches => ({
  polls: new BlockedWatch(health, `SQS queue "${name}"`),
  deletes: new BlockedWatch(health, `SQS queue "${name}" (deletes)`),
  visibility: new BlockedWatch(health, `SQS queue "${name}" (visibility)`),
});

import { BlockedWatch, type HealthReports } from 'throughline/transport';

/** Requests to a queue that can be blocked. Each needs a different permission. */
export interface QueueWatches {
  readonly polls: BlockedWatch;
  readonly deletes: BlockedWatch;
  /** Extending the visibility of messages in progress, and returning messages for a retry. */
  readonly visibility: BlockedWatch;
}

/** Reports requests that stay blocked to health. */
export const queueWatches = (health: HealthReports, queue: string): QueueWatches => ({
  polls: new BlockedWatch(health, `SQS queue ${queue}`),
  deletes: new BlockedWatch(health, `SQS queue ${queue} (deletes)`),
  visibility: new BlockedWatch(health, `SQS queue ${queue} (visibility)`),
});

import { BlockedWatch, type HealthReports } from 'throughline/transport';

/** Requests to a queue that can be blocked. Each needs a different permission. */
export interface QueueWatches {
  readonly polls: BlockedWatch;
  readonly deletes: BlockedWatch;
  /** Extending the visibility of messages in progress, and returning messages for a retry. */
  readonly visibility: BlockedWatch;
}

/** Creates watches that report permanently blocked requests to health. */
export const queueWatches = (health: HealthReports, name: string): QueueWatches => ({
  polls: new BlockedWatch(health, `SQS queue "${name}"`),
  deletes: new BlockedWatch(health, `SQS queue "${name}" (deletes)`),
  visibility: new BlockedWatch(health, `SQS queue "${name}" (visibility)`),
});

import { BlockedWatch, type HealthReports } from 'throughline/transport';

/** The kinds of requests to a queue that can be blocked. Each kind needs a different permission. */
export interface QueueWatches {
  readonly polls: BlockedWatch;
  readonly deletes: BlockedWatch;
  /** Reports blocked requests that extend the visibility timeout of messages in progress, or return messages for a retry. */
  readonly visibility: BlockedWatch;
}

/** Creates the watches of a queue. They report to health which requests stay blocked. */
export const queueWatches = (health: HealthReports, queue: string): QueueWatches => ({
  polls: new BlockedWatch(health, `SQS queue ${queue}`),
  deletes: new BlockedWatch(health, `SQS queue ${queue} (deletes)`),
  visibility: new BlockedWatch(health, `SQS queue ${queue} (visibility)`),
});

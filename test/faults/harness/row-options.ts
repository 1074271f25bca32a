import type { WorkerSettings } from '../worker/worker-settings.js';

/** A row's channel and workers. */
export interface RowOptions {
  /** For Kafka. Default: 6. */
  readonly partitions?: number;
  /** For SQS, in seconds. It must be longer than a heartbeat is ever late on a busy machine. Default: 10. */
  readonly visibility?: number;
  /** For SQS: how many attributes a message has. Default: 0. */
  readonly attributes?: number;
  /** Whether workers reach their broker through a network that can fail. Default: `direct`. */
  readonly network?: 'direct' | 'proxied';
  readonly worker?: Partial<WorkerSettings>;
}

type Finding = string | false | (() => string | false);

/** What a row expects at its end. */
export interface FinishOptions {
  /** How many duplicates are allowed. Default: what the ledger counted at each fault. */
  readonly allowed?: number;
  readonly remarks?: readonly string[];
  /** The row's own failures. A function is called when all else is over. */
  readonly failures?: readonly Finding[];
  /** How many dead letters have no capacity for their header. Default: 0. */
  readonly deadLettersWithoutHeader?: number;
  /** The time limit for all effects, in milliseconds of the short form. The other forms wait two and four times as long. Default: 120,000. */
  readonly timeout?: number;
}

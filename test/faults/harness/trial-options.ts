import type { Wish } from '../worker/wish.js';

/** What a row says of its channel and its workers. */
export interface TrialOptions {
  /** Kafka. Default: 6. */
  readonly partitions?: number;
  /** SQS, in seconds: longer than a heartbeat is ever late, on a machine with much to do. Default: 10. */
  readonly visibility?: number;
  /** SQS: how many attributes a message has. Default: 0. */
  readonly attributes?: number;
  /** Whether workers reach their broker through a network that can fail. Default: `direct`. */
  readonly network?: 'direct' | 'proxied';
  readonly worker?: Partial<Wish>;
}

type Finding = string | false | (() => string | false);

/** What a row says in the end. */
export interface Conclusion {
  /** Duplicates that are allowed. Default: what the ledger counted at each fault; without order, no more than those. */
  readonly allowed?: number;
  readonly notes?: readonly string[];
  /** What the row itself found wrong; a function is asked when all is over. */
  readonly failures?: readonly Finding[];
  /** Dead letters that have no room for their cause. Default: 0. */
  readonly lettersWithoutRoom?: number;
  /** How long all effects are waited for, in milliseconds of the short form; the others wait two and four times as long. Default: 120,000. */
  readonly patience?: number;
}

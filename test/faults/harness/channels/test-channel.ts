import type { Job } from '../../worker/job.js';
import type { DeadLetter } from '../ledger/result.js';

/** A row's channel as seen from outside, without Throughline. */
export interface TestChannel {
  readonly channel: string;
  /** Creates the channel and its dead-letter channel. */
  open(): Promise<void>;
  /** Sends these jobs in the order of each key. Resolves once the broker has all of them. */
  send(jobs: readonly Job[]): Promise<void>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** How many dead letters there are now. */
  deadLetterCount(): Promise<number>;
  /** How many messages are not settled. */
  left(): Promise<number>;
  removeDeadLetterChannel(): Promise<void>;
  makeDeadLetterChannel(): Promise<void>;
  close(): Promise<void>;
}

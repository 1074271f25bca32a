import type { Job } from '../worker/job.js';
import type { DeadLetter } from './verdict.js';

/** A channel of a row on its broker, seen from outside: nothing of Throughline's has a hand in it. */
export interface Road {
  readonly channel: string;
  /** Makes the channel and its place for dead letters. */
  open(): Promise<void>;
  /** Resolves once the broker has all of them, each key in its order. */
  send(jobs: readonly Job[]): Promise<void>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** How many dead letters there are by now. */
  deadLetterCount(): Promise<number>;
  /** How many messages are not settled. */
  left(): Promise<number>;
  removeDeadLetterChannel(): Promise<void>;
  makeDeadLetterChannel(): Promise<void>;
  close(): Promise<void>;
}

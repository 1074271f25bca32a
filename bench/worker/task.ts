import type { CandidateName } from '../candidates/names.js';

/** The tracer of Throughline. `non-recording` is its option of that name, `unsampled: 'non-recording'`. */
export type TracerName =
  'none' | 'elastic' | 'elastic, non-recording' | 'opentelemetry' | 'opentelemetry, non-recording';

/** What an entry of a scenario may choose. */
export interface Choices {
  readonly tracer: TracerName;
  /** How many messages are in progress at once, if the candidate can be configured. */
  readonly concurrency: number;
  /** How many receives run at once, if the candidate can be configured. */
  readonly pollers: number;
  /** The input of Throughline's handler. With `each`, every message of a batch runs in its own trace. */
  readonly takes: 'messages' | 'batches' | 'batches, each';
  /** How a publisher sends its messages. */
  readonly manner: 'each awaited' | 'all at once' | 'one call';
  /** How long a handler waits, in milliseconds. */
  readonly handlerMs: number;
  /** How many keys the messages have, for candidates without a broker. */
  readonly keys: number;
}

/** The task of one process of the bench. */
export interface Task extends Choices {
  readonly candidate: CandidateName;
  /** `host:port` */
  readonly kafka: string;
  /** `http://host:port` */
  readonly sqs: string;
  readonly topic: string;
  readonly group: string;
  readonly queue: string;
  /** How many messages are measured. `unknown`: all until the bench ends the run, because other processes handle some of them. */
  readonly messages: number | 'unknown';
  /** How many messages are handled before the measurement, without waiting. */
  readonly warmUp: number;
  /**
   * When the clock starts. `first request`: at the first request for messages, because the first response may have half of them.
   * `first message`: when the first message is handled, if messages are sent later or follow a warm-up.
   */
  readonly clock: 'first request' | 'first message';
  /** How long the idle cost of the process is measured afterwards, in milliseconds. */
  readonly idleMs: number;
}

/** The environment variable with the task, as JSON. */
export const TASK = 'BENCH_TASK';

/** Not validated: the bench wrote the task itself, and a validation library would add to the measured time and memory. */
export const readTask = (text = '{}'): Task => JSON.parse(text) as Task;

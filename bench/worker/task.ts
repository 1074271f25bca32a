import type { ContenderName } from '../contenders/names.js';

/** What our messages are traced with; `lean` is the tracer's `unsampled: 'non-recording'`. */
export type TracerName =
  'none' | 'elastic' | 'elastic, lean' | 'opentelemetry' | 'opentelemetry, lean';

/** What an entry of a scenario may choose. */
export interface Choices {
  readonly tracer: TracerName;
  /** How many messages are at work at once, where the contender can be told. */
  readonly concurrency: number;
  /** How many receives are under way at once, where the contender can be told. */
  readonly pollers: number;
  /** What a handler of ours takes: `each` is a batch whose messages run in traces of their own. */
  readonly takes: 'messages' | 'batches' | 'batches, each';
  /** What a publisher does with its messages. */
  readonly manner: 'each awaited' | 'all at once' | 'one call';
  /** What a handler takes, in milliseconds. */
  readonly handlerMs: number;
  /** How many keys the messages have, for who has to do without a broker. */
  readonly keys: number;
}

/** What one process of the bench is to do. */
export interface Task extends Choices {
  readonly contender: ContenderName;
  /** `host:port` */
  readonly kafka: string;
  /** `http://host:port` */
  readonly sqs: string;
  readonly topic: string;
  readonly group: string;
  readonly queue: string;
  /** How many messages are measured; `told`: those until the bench says that it is over, since others take some of them. */
  readonly messages: number | 'told';
  /** How many messages are handled before, at once, and not measured. */
  readonly warmUp: number;
  /**
   * When the clock starts. `first request`: when the process first asks a broker for messages, since a first answer may hold half
   * of them. `first message`: when the first one is handled, where messages are not there yet, or others go before.
   */
  readonly clock: 'first request' | 'first message';
  /** For how long the process is watched afterwards, idle, in milliseconds. */
  readonly idleMs: number;
}

/** The environment variable that holds the task, as JSON. */
export const TASK = 'BENCH_TASK';

/** The bench wrote it itself, and a library that checks it would be measured too: in the time to the first message, in memory. */
export const readTask = (text = '{}'): Task => JSON.parse(text) as Task;

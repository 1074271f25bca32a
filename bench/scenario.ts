import type { ContenderName } from './contenders/names.js';
import type { Goal } from './figures/goal.js';
import type { SampledShare } from './grounds/traceparent.js';
import type { Stage } from './harness/stage.js';
import type { Choices, Task } from './worker/task.js';

/** `quick` shows that everything runs; only `full` gives figures. */
export type Size = 'full' | 'quick';

/** How the Elastic agent is started. */
export interface ElasticAgent {
  readonly sampleRate: number;
  /** Packages that it leaves alone. Default: none. */
  readonly leaves?: readonly string[];
}

/** One line of a scenario's table. */
export interface Entry {
  readonly title: string;
  readonly contender: ContenderName;
  readonly choices?: Partial<Choices>;
  /** Which part of the messages it gets: less for who would take minutes for all of them. Default: 1. */
  readonly share?: number;
  /** How many processes share the messages. Default: 1. */
  readonly processes?: number;
  /** Starts the Elastic agent first; what it records goes nowhere. Default: no agent. */
  readonly agent?: ElasticAgent;
  /** The part of the messages whose trace is sampled upstream, where the ground has such messages. Default: all. */
  readonly sampled?: SampledShare;
}

/** Where the messages of one turn lie, made for it alone. */
export interface Ground {
  readonly task: Partial<Task> & Pick<Task, 'messages'>;
  /** How many messages are handled, by all processes together. */
  readonly messages: number;
  /** When all processes are at work. */
  started?(): Promise<void>;
  /** What is wrong on the broker afterwards. */
  complaint?(): Promise<string | undefined>;
  remove(): Promise<void>;
}

/** What lies ready for all turns of a scenario. */
export interface Field {
  ground(entry: Entry): Promise<Ground>;
  close(): Promise<void>;
}

/** Contenders that do the same, on the same ground. */
export interface Scenario {
  readonly name: string;
  /** What is done, in a sentence for the reader of the table. */
  readonly about: string;
  /** The contender that ratios are told against. */
  readonly baseline: string;
  readonly entries: readonly Entry[];
  readonly goals: readonly Goal[];
  readonly rounds: number;
  /** `start`: from the start of the process to the first message. Default: `messages`, from the first message to the last. */
  readonly measures?: 'messages' | 'start';
  /** Whether requests to SQS are told. */
  readonly sqs: 'counted' | 'absent';
  open(stage: Stage): Promise<Field>;
}

/** Messages that this entry gets of so many. */
export const shareOf = ({ share = 1 }: Entry, messages: number): number =>
  Math.max(1, Math.round(messages * share));

export const sized = <T>(size: Size, full: T, quick: T): T => (size === 'full' ? full : quick);

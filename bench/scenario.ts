import type { CandidateName } from './candidates/names.js';
import type { Goal } from './figures/goal.js';
import type { SampledShare } from './data-sets/traceparent.js';
import type { Environment } from './harness/environment.js';
import type { Choices, Task } from './worker/task.js';

/** `quick` checks that everything runs. Only `full` gives figures. */
export type Size = 'full' | 'quick';

/** How the Elastic agent is started. */
export interface ElasticAgent {
  readonly sampleRate: number;
  /** Packages that it does not instrument. Default: none. */
  readonly leaves?: readonly string[];
}

/** One line of a scenario's table. */
export interface Entry {
  readonly title: string;
  readonly candidate: CandidateName;
  readonly choices?: Partial<Choices>;
  /** The part of the messages that it gets. Less than 1 for candidates that would need minutes for all. Default: 1. */
  readonly share?: number;
  /** How many processes share the messages. Default: 1. */
  readonly processes?: number;
  /** Starts the Elastic agent first. It sends nothing. Default: no agent. */
  readonly agent?: ElasticAgent;
  /** The part of the messages whose trace is sampled upstream, if the data set has such messages. Default: all. */
  readonly sampled?: SampledShare;
  /** The folder of the checkout whose build it runs. Default: this one. */
  readonly build?: string;
}

/** The messages of one run, created for it only. */
export interface DataSet {
  readonly task: Partial<Task> & Pick<Task, 'messages'>;
  /** How many messages all processes handle together. */
  readonly messages: number;
  /** Called when all processes have started. */
  started?(): Promise<void>;
  /** Checks the broker after the run. Returns a problem, if there is one. */
  findProblem?(): Promise<string | undefined>;
  remove(): Promise<void>;
}

/** Creates the data sets of a scenario. */
export interface DataSource {
  dataSet(entry: Entry): Promise<DataSet>;
  close(): Promise<void>;
}

/** Candidates that do the same with the same messages. */
export interface Scenario {
  readonly name: string;
  /** A sentence for the reader of the table that says what is measured. */
  readonly about: string;
  /** The candidate that ratios refer to. */
  readonly baseline: string;
  readonly entries: readonly Entry[];
  readonly goals: readonly Goal[];
  readonly rounds: number;
  /** Pairs of titles whose CPU per message is compared. Default: none. */
  readonly comparisons?: readonly (readonly [candidate: string, other: string])[];
  /** `start`: from the start of the process to the first message. Default: `messages`, from the first message to the last. */
  readonly measures?: 'messages' | 'start';
  /** Whether requests to SQS are counted. */
  readonly sqs: 'counted' | 'absent';
  open(environment: Environment): Promise<DataSource>;
}

/** How many of these messages an entry gets. */
export const shareOf = ({ share = 1 }: Entry, messages: number): number =>
  Math.max(1, Math.round(messages * share));

export const sized = <T>(size: Size, full: T, quick: T): T => (size === 'full' ? full : quick);

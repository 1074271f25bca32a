import { reasonOf } from '#base';
import { sampleOf, startSampleOf, type Outcome } from '../figures/sample.js';
import type { Entry, DataSource, DataSet, Scenario } from '../scenario.js';
import type { Report } from '../worker/report.js';
import type { Choices, Task } from '../worker/task.js';
import type { Environment } from './environment.js';
import { WorkerProcess, type LaunchOptions } from './worker-process.js';

const DEFAULTS: Choices = {
  tracer: 'none',
  concurrency: 100,
  pollers: 1,
  takes: 'messages',
  manner: 'each awaited',
  handlerMs: 0,
  keys: 1_000,
};

/** How a candidate is run. */
export interface RunOptions extends Omit<LaunchOptions, 'folder'> {
  /** A run that takes longer has failed. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const taskOf = (environment: Environment, entry: Entry, dataSet: DataSet): Task => ({
  ...DEFAULTS,
  candidate: entry.candidate,
  kafka: environment.kafkaAddress,
  sqs: environment.sqsAddress,
  topic: '',
  group: '',
  queue: '',
  warmUp: 0,
  idleMs: 0,
  clock: 'first request',
  ...dataSet.task,
  ...entry.choices,
});

/** Rejects when the run is interrupted or takes too long. */
function interruption({ signal, timeoutMs }: RunOptions): Promise<never> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((_, reject) => {
    limit.addEventListener('abort', () => {
      reject(new Error(signal.aborted ? 'interrupted' : `not done within ${timeoutMs / 1_000} s`));
    });
  });
}

async function reportsOf(
  processes: readonly WorkerProcess[],
  dataSet: DataSet,
): Promise<readonly Report[]> {
  await Promise.all(processes.map(({ started }) => started));
  await dataSet.started?.();
  return Promise.all(processes.map(({ report }) => report));
}

/** Runs one candidate for one round: starts its processes and collects their reports. */
export async function runCandidate(
  environment: Environment,
  scenario: Pick<Scenario, 'measures' | 'sqs'>,
  entry: Entry,
  source: DataSource,
  options: RunOptions,
): Promise<Outcome> {
  const dataSet = await source.dataSet(entry);
  const task = taskOf(environment, entry, dataSet);
  const processes: WorkerProcess[] = [];
  const finishTogether = (): void => {
    const handled = processes.reduce((sum, process) => sum + process.handled, 0);
    if (handled >= dataSet.messages) for (const process of processes) process.finish();
  };
  const launch = { folder: environment.folder, nodeArgs: options.nodeArgs };
  try {
    for (let index = 0; index < (entry.processes ?? 1); index += 1) {
      processes.push(new WorkerProcess(task, entry, launch, finishTogether));
    }
    const reports = await Promise.race([reportsOf(processes, dataSet), interruption(options)]);
    const findProblem = await dataSet.findProblem?.();
    if (findProblem !== undefined) return { problem: findProblem };
    await Promise.all(processes.map((process) => process.end()));
    const [first] = processes;
    const [report] = reports;
    return scenario.measures === 'start' && first !== undefined && report !== undefined
      ? startSampleOf(report, first.spawnedAt, task)
      : sampleOf(reports, dataSet.messages, scenario);
  } catch (error) {
    return { problem: reasonOf(error) };
  } finally {
    await Promise.all(processes.map((process) => process.kill()));
    await dataSet.remove();
  }
}

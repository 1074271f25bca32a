import { reasonOf } from '#base';
import { sampleOf, startSampleOf, type Outcome } from '../figures/sample.js';
import type { Entry, Field, Ground, Scenario } from '../scenario.js';
import type { Report } from '../worker/report.js';
import type { Choices, Task } from '../worker/task.js';
import type { Stage } from './stage.js';
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

/** How a turn is run. */
export interface TurnOptions extends Omit<LaunchOptions, 'folder'> {
  /** A turn that takes longer has gone wrong. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

const taskOf = (stage: Stage, entry: Entry, ground: Ground): Task => ({
  ...DEFAULTS,
  contender: entry.contender,
  kafka: stage.kafkaAddress,
  sqs: stage.sqsAddress,
  topic: '',
  group: '',
  queue: '',
  warmUp: 0,
  idleMs: 0,
  clock: 'first request',
  ...ground.task,
  ...entry.choices,
});

/** Rejects when the turn is interrupted, or takes too long. */
function interruption({ signal, patienceMs }: TurnOptions): Promise<never> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  return new Promise((_, reject) => {
    limit.addEventListener('abort', () => {
      reject(new Error(signal.aborted ? 'interrupted' : `not done within ${patienceMs / 1_000} s`));
    });
  });
}

async function reportsOf(
  processes: readonly WorkerProcess[],
  ground: Ground,
): Promise<readonly Report[]> {
  await Promise.all(processes.map(({ started }) => started));
  await ground.started?.();
  return Promise.all(processes.map(({ report }) => report));
}

/** One contender, once: its processes from their start to their report. */
export async function playTurn(
  stage: Stage,
  scenario: Pick<Scenario, 'measures' | 'sqs'>,
  entry: Entry,
  field: Field,
  options: TurnOptions,
): Promise<Outcome> {
  const ground = await field.ground(entry);
  const task = taskOf(stage, entry, ground);
  const processes: WorkerProcess[] = [];
  const finishTogether = (): void => {
    const handled = processes.reduce((sum, process) => sum + process.handled, 0);
    if (handled >= ground.messages) for (const process of processes) process.finish();
  };
  const launch = { folder: stage.folder, nodeArgs: options.nodeArgs };
  try {
    for (let index = 0; index < (entry.processes ?? 1); index += 1) {
      processes.push(new WorkerProcess(task, entry, launch, finishTogether));
    }
    const reports = await Promise.race([reportsOf(processes, ground), interruption(options)]);
    const complaint = await ground.complaint?.();
    if (complaint !== undefined) return { problem: complaint };
    await Promise.all(processes.map((process) => process.end()));
    const [first] = processes;
    const [report] = reports;
    return scenario.measures === 'start' && first !== undefined && report !== undefined
      ? startSampleOf(report, first.spawnedAt, task)
      : sampleOf(reports, ground.messages, scenario);
  } catch (error) {
    return { problem: reasonOf(error) };
  } finally {
    await Promise.all(processes.map((process) => process.kill()));
    await ground.remove();
  }
}

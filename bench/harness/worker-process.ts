import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freshName } from '../data-sets/names.js';
import type { ElasticAgent, Entry } from '../scenario.js';
import { messageSchema, type Report } from '../worker/report.js';
import { TASK, type Task } from '../worker/task.js';

const OWN_BUILD = fileURLToPath(new URL('../', import.meta.url));
const TAIL = 600;

/** The settings of the agent. It traces and does nothing else. */
const agentEnvironment = ({
  sampleRate,
  leaves = [],
}: ElasticAgent): Readonly<Record<string, string>> => ({
  ELASTIC_APM_SERVICE_NAME: 'bench',
  ELASTIC_APM_TRANSACTION_SAMPLE_RATE: String(sampleRate),
  ELASTIC_APM_DISABLE_SEND: 'true',
  ELASTIC_APM_CENTRAL_CONFIG: 'false',
  ELASTIC_APM_CLOUD_PROVIDER: 'none',
  ELASTIC_APM_METRICS_INTERVAL: '0s',
  ELASTIC_APM_LOG_LEVEL: 'error',
  ...(leaves.length > 0 && { ELASTIC_APM_DISABLE_INSTRUMENTATIONS: leaves.join(',') }),
});

/** How to start a process of the bench. */
export interface LaunchOptions {
  /** The folder for its output. */
  readonly folder: string;
  /** Further arguments of Node.js, such as `--cpu-prof`. */
  readonly nodeArgs: readonly string[];
}

/** One process of a candidate, as used by the bench. */
export class WorkerProcess {
  /** Milliseconds since the epoch. */
  readonly spawnedAt = performance.timeOrigin + performance.now();
  /** Resolves once the candidate has started. */
  readonly started: Promise<void>;
  /** Resolves with its measurements. Rejects if the process ends without them. */
  readonly report: Promise<Report>;
  /** How many messages it has handled so far, if it reports that. */
  handled = 0;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #exited: Promise<void>;

  constructor(
    task: Task,
    { agent, build }: Pick<Entry, 'agent' | 'build'>,
    { folder, nodeArgs }: LaunchOptions,
    onProgress: () => void,
  ) {
    this.#logFile = join(folder, `${freshName(task.candidate)}.log`);
    const log = openSync(this.#logFile, 'a');
    const programs = build === undefined ? OWN_BUILD : resolve(build, 'dist/bench');
    const agentStart = pathToFileURL(join(programs, 'worker/elastic-agent.js')).href;
    this.#child = fork(join(programs, 'worker/main.js'), {
      execArgv: [...(agent === undefined ? [] : ['--import', agentStart]), ...nodeArgs],
      stdio: ['ignore', log, log, 'ipc'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        NO_COLOR: '1',
        [TASK]: JSON.stringify(task),
        ...(agent !== undefined && agentEnvironment(agent)),
      },
    });
    closeSync(log);
    const started = Promise.withResolvers<undefined>();
    const report = Promise.withResolvers<Report>();
    this.#child.on('message', (raw) => {
      const message = messageSchema.parse(raw);
      if (message.kind === 'started') started.resolve(undefined);
      if (message.kind === 'report') report.resolve(message);
      if (message.kind === 'progress') {
        this.handled = message.handled;
        onProgress();
      }
    });
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    void this.#exited.then(async () => {
      const reason = new Error(`ended by itself: ${await this.#tail()}`);
      started.reject(reason);
      report.reject(reason);
    });
    this.started = started.promise;
    this.report = report.promise;
    // They may be awaited long after the process has ended.
    this.started.catch(() => undefined);
    this.report.catch(() => undefined);
  }

  /** Notifies the process that all messages have been handled, by it or by others. */
  finish(): void {
    this.#child.send('finish');
  }

  /** Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Waits until the process ends by itself, because it writes a profile then. */
  async end(): Promise<void> {
    await this.#exited;
  }

  async #tail(): Promise<string> {
    const output = await readFile(this.#logFile, 'utf8').catch(() => '');
    return output.trim().slice(-TAIL).replaceAll(/\s+/g, ' ') || 'no output';
  }
}

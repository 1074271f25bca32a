import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { reportSchema } from '../../worker/reports.js';
import { WORKER_SETTINGS, type WorkerSettings } from '../../worker/worker-settings.js';
import type { Ledger } from '../ledger/ledger.js';
import { isStopped } from './process-stat.js';
import { startProgram } from './program.js';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The time from the signal to the end. */
  readonly ms: number;
}

/** A worker process, as used by the harness. */
export class WorkerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #ledger: Ledger;
  readonly #exited: Promise<Pick<Exit, 'code' | 'signal'>>;
  #isExpected = false;
  #reports = 0;

  constructor(
    settings: WorkerSettings,
    ledger: Ledger,
    { logFile, onDeath }: { readonly logFile: string; readonly onDeath: (how: string) => void },
  ) {
    this.name = settings.name;
    this.#ledger = ledger;
    this.#logFile = logFile;
    this.#child = startProgram('test/faults/worker/worker.ts', {
      logFile,
      env: { [WORKER_SETTINGS]: JSON.stringify(settings) },
      nodeArgs: settings.tracer === 'elastic' ? ['--import', 'elastic-apm-node/start.js'] : [],
    });
    this.#child.on('message', (message) => {
      this.#reports += 1;
      ledger.take(settings.name, reportSchema.parse(message));
    });
    // The channel closes after the last report. The exit may be reported earlier.
    const closed = new Promise((resolve) => this.#child.once('disconnect', resolve));
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        if (!this.#isExpected)
          onDeath(`${settings.name} ended by itself (${signal ?? `code ${String(code)}`})`);
        void closed.then(() => {
          resolve({ code, signal });
        });
      });
    });
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What the process has logged so far. */
  log(): Promise<string> {
    return readFile(this.#logFile, 'utf8');
  }

  /** Sends SIGKILL. Resolves when the process is gone and its last report is in the ledger, which counts what may run twice. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    this.#ledger.died(this.name);
  }

  /** Sends SIGSTOP: the process keeps its state. Resolves when it has stopped and its last report is in the ledger. */
  async freeze(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.name} has not started`);
    this.#child.kill('SIGSTOP');
    while (!(await isStopped(pid))) await setImmediate();
    for (let reports = -1; reports !== this.#reports;) {
      reports = this.#reports;
      // The first turn ends this phase of the event loop, the second the one that reads the channel.
      await setImmediate();
      await setImmediate();
    }
  }

  /** Sends SIGCONT. */
  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Sends SIGTERM. Resolves with how the process ended. */
  terminate(): Promise<Exit> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<Exit> {
    this.#isExpected = true;
    const began = performance.now();
    if (this.isAlive) this.#child.kill(signal);
    const { code, signal: endedBy } = await this.#exited;
    return { code, signal: endedBy, ms: Math.round(performance.now() - began) };
  }
}

import type { ChildProcess } from 'node:child_process';
import { reportSchema } from '../worker/reports.js';
import { WISH, type Wish } from '../worker/wish.js';
import type { Ledger } from './ledger.js';
import { startProgram } from './program.js';

/** How a process came to its end. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal to the end. */
  readonly ms: number;
}

/** A worker as the harness sees it. */
export class WorkerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ledger: Ledger;
  readonly #exited: Promise<Pick<Exit, 'code' | 'signal'>>;
  #isExpected = false;

  constructor(
    wish: Wish,
    ledger: Ledger,
    { logFile, onDeath }: { readonly logFile: string; readonly onDeath: (how: string) => void },
  ) {
    this.name = wish.name;
    this.#ledger = ledger;
    this.#child = startProgram('test/faults/worker/worker.ts', {
      logFile,
      env: { [WISH]: JSON.stringify(wish) },
      nodeArgs: wish.tracer === 'elastic' ? ['--import', 'elastic-apm-node/start.js'] : [],
    });
    this.#child.on('message', (message) => {
      ledger.take(wish.name, reportSchema.parse(message));
    });
    // The channel closes after the last report; an exit may be told before it.
    const closed = new Promise((resolve) => this.#child.once('disconnect', resolve));
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        if (!this.#isExpected)
          onDeath(`${wish.name} ended by itself (${signal ?? `code ${String(code)}`})`);
        void closed.then(() => {
          resolve({ code, signal });
        });
      });
    });
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** SIGKILL: resolves when it is gone and its last report is in the ledger, which counts what may run twice. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    this.#ledger.died(this.name);
  }

  /** SIGSTOP: it stands still, with all that it has. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** SIGTERM, and how it ended. */
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

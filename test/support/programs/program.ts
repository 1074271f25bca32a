import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const TIMEOUT_MS = 120_000;
const TAIL = 4_000;
const END_WITH_PARENT = resolve('test/support/end-with-parent.mjs');

/** How a process ended. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Env = Readonly<Record<string, string>>;

const running = new Set<Program>();

/** A Node.js process. A test can wait for lines of its output. */
export class Program {
  readonly ended: Promise<ExitStatus>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #out = '';
  #log = '';

  /** @param env its whole environment besides PATH. It does not inherit the environment of this process. */
  constructor(args: readonly string[], env: Env = {}) {
    this.#child = spawn(process.execPath, ['--import', END_WITH_PARENT, ...args], {
      env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString();
      this.#append(chunk);
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#append(chunk));
    this.ended = this.#end();
    running.add(this);
  }

  /** Standard output only. */
  get out(): string {
    return this.#out;
  }

  /** The output of both streams. */
  get log(): string {
    return this.#log;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** How often the log matches. */
  count(pattern: RegExp): number {
    return [...this.#log.matchAll(new RegExp(pattern, 'gm'))].length;
  }

  /** Waits until the log matches this many times. */
  async waitForLine(pattern: RegExp, times = 1): Promise<void> {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    while (this.count(pattern) < times) {
      if (this.hasEnded || limit.aborted) {
        throw new Error(
          `The log does not have ${String(pattern)} ${times} times:\n${this.#tail()}`,
        );
      }
      await this.#nextOutput(limit);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Sends SIGTERM. Resolves when the process has ended. */
  stop(): Promise<ExitStatus> {
    this.signal('SIGTERM');
    return this.ended;
  }

  async #end(): Promise<ExitStatus> {
    await once(this.#child, 'close');
    running.delete(this);
    for (const wake of this.#listeners) wake();
    return { code: this.#child.exitCode, signal: this.#child.signalCode };
  }

  #append(chunk: Buffer): void {
    this.#log += chunk.toString();
    for (const wake of this.#listeners) wake();
  }

  async #nextOutput(limit: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#listeners.delete(wake);
        limit.removeEventListener('abort', wake);
        resolve();
      };
      this.#listeners.add(wake);
      limit.addEventListener('abort', wake, { once: true });
    });
  }

  #tail(): string {
    return this.#log.slice(-TAIL);
  }
}

/** For `afterEach`: kills the processes that a failed test has left running. */
export async function killPrograms(): Promise<void> {
  await Promise.all(
    [...running].map((program) => {
      program.signal('SIGKILL');
      return program.ended;
    }),
  );
}

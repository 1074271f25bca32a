import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const PATIENCE = 60_000;
const TAIL = 4_000;
const END_WITH_PARENT = resolve('test/support/end-with-parent.mjs');

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Env = Readonly<Record<string, string>>;

const running = new Set<Program>();

/** A process of Node's whose words a test can wait for. */
export class Program {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #out = '';
  #log = '';

  /** @param env all that it gets besides PATH: nothing of this shell's settings reaches it */
  constructor(args: readonly string[], env: Env = {}) {
    this.#child = spawn(process.execPath, ['--import', END_WITH_PARENT, ...args], {
      env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString();
      this.#hear(chunk);
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.ended = this.#end();
    running.add(this);
  }

  /** Standard output alone. */
  get out(): string {
    return this.#out;
  }

  /** All that it has said, on both streams. */
  get log(): string {
    return this.#log;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** How often the log has said so. */
  count(pattern: RegExp): number {
    return [...this.#log.matchAll(new RegExp(pattern, 'gm'))].length;
  }

  /** Waits until the log has said so, so many times in all. */
  async says(pattern: RegExp, times = 1): Promise<void> {
    const limit = AbortSignal.timeout(PATIENCE);
    while (this.count(pattern) < times) {
      if (this.hasEnded || limit.aborted) {
        throw new Error(`It never said ${String(pattern)} ${times} times:\n${this.#tail()}`);
      }
      await this.#nextWord(limit);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, and its end. */
  stop(): Promise<Ending> {
    this.signal('SIGTERM');
    return this.ended;
  }

  async #end(): Promise<Ending> {
    await once(this.#child, 'close');
    running.delete(this);
    for (const wake of this.#listeners) wake();
    return { code: this.#child.exitCode, signal: this.#child.signalCode };
  }

  #hear(chunk: Buffer): void {
    this.#log += chunk.toString();
    for (const wake of this.#listeners) wake();
  }

  async #nextWord(limit: AbortSignal): Promise<void> {
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

/** For `afterEach`: kills what a failed test has left. */
export async function killPrograms(): Promise<void> {
  await Promise.all(
    [...running].map((program) => {
      program.signal('SIGKILL');
      return program.ended;
    }),
  );
}

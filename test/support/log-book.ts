import type { LoggerService } from '@nestjs/common';

/** What holds takes a moment, and on a machine with six times more to do than it has cores a minute. */
const PATIENCE = 120_000;

/** A logger that remembers, so that a test can wait for what the log says and read it. */
export class LogBook implements LoggerService {
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  readonly log = (message: unknown): void => this.#write('log', message);
  readonly warn = (message: unknown): void => this.#write('warn', message);
  readonly error = (message: unknown): void => this.#write('error', message);
  readonly debug = (message: unknown): void => this.#write('debug', message);
  readonly fatal = (message: unknown): void => this.#write('fatal', message);
  readonly verbose = (): void => undefined;

  matching(pattern: RegExp): readonly string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  /** Waits until so many lines say so. */
  async says(pattern: RegExp, times = 1): Promise<readonly string[]> {
    return this.when(
      `the log says ${String(pattern)} ${times} times`,
      () => this.matching(pattern).length >= times,
    ).then(() => this.matching(pattern));
  }

  /** Waits for whatever goes along with a line of the log. */
  async when(what: string, holds: () => boolean): Promise<void> {
    const limit = AbortSignal.timeout(PATIENCE);
    while (!holds()) {
      if (limit.aborted)
        throw new Error(`It has not come to this: ${what}. The log:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        limit.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Wakes those who wait: something else than a line has happened. */
  nudge(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #write(level: string, message: unknown): void {
    this.lines.push(`${level} ${String(message)}`);
    this.nudge();
  }
}

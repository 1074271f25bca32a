import type { LoggerService } from '@nestjs/common';

/** Normally a condition is met in a moment; on a machine with six times more work than cores it takes a minute. */
const TIMEOUT_MS = 120_000;

/** A logger that stores its lines, so that a test can wait for a line and read it. */
export class LogRecorder implements LoggerService {
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

  /** Waits until this many lines match. */
  async waitForLine(pattern: RegExp, times = 1): Promise<readonly string[]> {
    return this.waitFor(
      `the log has ${String(pattern)} ${times} times`,
      () => this.matching(pattern).length >= times,
    ).then(() => this.matching(pattern));
  }

  /** Waits until a condition holds. It is checked at each line of the log. */
  async waitFor(what: string, holds: () => boolean): Promise<void> {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    while (!holds()) {
      if (limit.aborted)
        throw new Error(`Timed out waiting for: ${what}. The log:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        limit.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Checks the conditions again, because something other than a line has happened. */
  notify(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #write(level: string, message: unknown): void {
    this.lines.push(`${level} ${String(message)}`);
    this.notify();
  }
}

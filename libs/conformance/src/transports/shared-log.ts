import type { LoggerService } from '@nestjs/common';

type Listener = (line: string) => void;

/** Receives what all applications of a process log. Nest has one logger for all of them, so a test case finds its lines by a message id. */
export class SharedLog implements LoggerService {
  readonly #listeners = new Set<Listener>();

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  log(): void {
    return;
  }

  debug(message: unknown): void {
    this.#write('debug', message);
  }

  warn(message: unknown): void {
    this.#write('warn', message);
  }

  error(message: unknown): void {
    this.#write('error', message);
  }

  fatal(message: unknown): void {
    this.#write('fatal', message);
  }

  #write(level: string, message: unknown): void {
    for (const listener of this.#listeners) listener(`${level} ${String(message)}`);
  }
}

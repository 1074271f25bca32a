import type { LoggerService } from '@nestjs/common';

type Listener = (line: string) => void;

/** What all applications of a process log: Nest has one logger for all of them, so a test picks its lines by a message's id. */
export class SharedLog implements LoggerService {
  readonly #listeners = new Set<Listener>();

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  log(): void {
    return;
  }

  debug(message: unknown): void {
    this.#tell('debug', message);
  }

  warn(message: unknown): void {
    this.#tell('warn', message);
  }

  error(message: unknown): void {
    this.#tell('error', message);
  }

  fatal(message: unknown): void {
    this.#tell('fatal', message);
  }

  #tell(level: string, message: unknown): void {
    for (const listener of this.#listeners) listener(`${level} ${String(message)}`);
  }
}

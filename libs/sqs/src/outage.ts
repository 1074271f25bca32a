import { Logger } from '@nestjs/common';
import { reasonOf } from 'throughline';

const FIRST = 200;
const LONGEST = 30_000;

/** Waits for a broker that is away: longer and longer, and told once when it goes and once when it is back. */
export class Outage {
  readonly #log = new Logger('Throughline');
  readonly #what: string;
  #failures = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** How long to wait before the next try, in milliseconds, with jitter so that not everyone comes back at once. */
  failed(error: unknown): number {
    if (this.#failures === 0)
      this.#log.warn(`${this.#what}: ${reasonOf(error)} Trying again until it answers.`);
    this.#failures += 1;
    const wait = Math.min(LONGEST, FIRST * 2 ** (this.#failures - 1));
    return wait * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    if (this.#failures > 0) this.#log.log(`${this.#what} answers again.`);
    this.#failures = 0;
  }
}

import { isBlocked, type ThroughlineError, OwnLog } from '#base';

const FIRST = 200;
const LONGEST = 30_000;

/** Waits for a broker that does not do what it is asked: longer and longer, told once when that begins and once when it ends. */
export class Outage {
  readonly #log = new OwnLog('Throughline');
  readonly #what: string;
  #failures = 0;
  #told: string | undefined;

  constructor(what: string) {
    this.#what = what;
  }

  /**
   * How long to wait before the next try, in milliseconds, with jitter so that not everyone comes back at once. What is blocked
   * waits for a person, and at once for as long as it can.
   */
  failed(error: ThroughlineError): number {
    if (this.#told !== error.code)
      this.#log.warn(`${this.#what}: ${error.message} Trying again until it answers.`);
    this.#told = error.code;
    this.#failures += 1;
    const wait = isBlocked(error) ? LONGEST : Math.min(LONGEST, FIRST * 2 ** (this.#failures - 1));
    return wait * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    if (this.#failures > 0) this.#log.log(`${this.#what} answers again.`);
    this.#failures = 0;
    this.#told = undefined;
  }
}

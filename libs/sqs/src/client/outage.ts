import { isBlocked, type ThroughlineError, OwnLog, withFullStop } from '#base';

const FIRST = 200;
const LONGEST = 30_000;

/**
 * Determines how long to wait between attempts while a broker is failing. Logs the beginning and the end of an outage, once each.
 */
export class Outage {
  readonly #log = new OwnLog('Throughline');
  readonly #what: string;
  #failures = 0;
  #logged: string | undefined;

  constructor(what: string) {
    this.#what = what;
  }

  /**
   * Records a failure. Returns how long to wait before the next try, in milliseconds. Jitter spreads the retries of many processes.
   * After a blocked request, the wait has the maximum length at once, because only a person can unblock the request.
   */
  failed(error: ThroughlineError): number {
    if (this.#logged !== error.code)
      this.#log.warn(
        `${this.#what} is unavailable: ${withFullStop(error.message)} Throughline will keep retrying.`,
      );
    this.#logged = error.code;
    this.#failures += 1;
    const wait = isBlocked(error) ? LONGEST : Math.min(LONGEST, FIRST * 2 ** (this.#failures - 1));
    return wait * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    if (this.#failures > 0) this.#log.log(`${this.#what} is available again.`);
    this.#failures = 0;
    this.#logged = undefined;
  }
}

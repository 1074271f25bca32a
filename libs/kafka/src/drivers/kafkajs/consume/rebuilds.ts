import { setTimeout as pause } from 'node:timers/promises';

const first = 100;
const longest = 5_000;
/**
 * How many configuration errors make the start fail, if they occur before the first join. A single error is not enough, because
 * some brokers may not know a new topic yet.
 */
const maxMisconfigured = 5;

/** Decides when to create the next kafkajs consumer, and when to make the start fail instead. */
export class Rebuilds {
  readonly #end = new AbortController();
  #delay = first;
  #misconfigured = 0;
  #everJoined = false;

  get ended(): boolean {
    return this.#end.signal.aborted;
  }

  joined(): void {
    this.#everJoined = true;
  }

  /**
   * Resets the delay between consumers. Joining the group does not reset the delay, so a consumer that crashes at its first fetch is
   * replaced at growing intervals.
   */
  worked(): void {
    this.#delay = first;
  }

  /**
   * Decides what to do after a configuration error: retry silently, make the start fail, or, after the first join, report the error
   * and retry.
   */
  misconfigured(): 'retry' | 'give up' | 'report' {
    if (this.#everJoined) return 'report';
    this.#misconfigured += 1;
    return this.#misconfigured >= maxMisconfigured ? 'give up' : 'retry';
  }

  /**
   * Waits before the next kafkajs consumer is created, twice as long each time up to a maximum. If somebody has to fix the cause,
   * waits for the maximum time at once.
   */
  async wait(isBlocked: boolean): Promise<void> {
    const delay = isBlocked ? longest : this.#delay;
    this.#delay = Math.min(longest, delay * 2);
    await pause(delay, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }

  end(): void {
    this.#end.abort();
  }
}

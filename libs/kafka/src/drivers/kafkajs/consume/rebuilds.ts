import { setTimeout as pause } from 'node:timers/promises';

const first = 100;
const longest = 5_000;
/** A topic is unknown to some brokers for a moment after it was created. */
const maxMisconfigured = 5;

/** When to create the next kafkajs consumer, and when to fail the start instead. */
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

  /** Resets the delay. Joining does not: a consumer that crashes at its first fetch is replaced at growing intervals. */
  worked(): void {
    this.#delay = first;
  }

  /** What to do after a configuration error: retry in silence, fail the start, or, after the first join, report it and retry. */
  misconfigured(): 'retry' | 'give up' | 'report' {
    if (this.#everJoined) return 'report';
    this.#misconfigured += 1;
    return this.#misconfigured >= maxMisconfigured ? 'give up' : 'retry';
  }

  /** Waits, twice as long each time. Waits for the longest delay at once if a person has to act first. */
  async wait(isBlocked: boolean): Promise<void> {
    const delay = isBlocked ? longest : this.#delay;
    this.#delay = Math.min(longest, delay * 2);
    await pause(delay, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }

  end(): void {
    this.#end.abort();
  }
}

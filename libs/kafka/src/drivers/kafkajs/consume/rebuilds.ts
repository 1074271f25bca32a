import { setTimeout as pause } from 'node:timers/promises';

const first = 100;
const longest = 5_000;
/** A topic is unknown to some broker for a moment after it was made. */
const hopelessAttempts = 5;

/** When to build the next consumer, and when to stop hoping before the first one joined. */
export class Rebuilds {
  readonly #end = new AbortController();
  #delay = first;
  #hopeless = 0;
  #everJoined = false;

  get ended(): boolean {
    return this.#end.signal.aborted;
  }

  joined(): void {
    this.#everJoined = true;
  }

  /** A consumer that joins and crashes at its first fetch is built ever more rarely. */
  worked(): void {
    this.#delay = first;
  }

  /** What to make of a failed attempt that a mistake is the reason of; after the first join there is always hope. */
  hopeless(): 'doubt' | 'give up' | 'hope' {
    if (this.#everJoined) return 'hope';
    this.#hopeless += 1;
    return this.#hopeless >= hopelessAttempts ? 'give up' : 'doubt';
  }

  /** Waits longer each time; at once for as long as ever where a person has to do something first. */
  async wait(isBlocked: boolean): Promise<void> {
    const delay = isBlocked ? longest : this.#delay;
    this.#delay = Math.min(longest, delay * 2);
    await pause(delay, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }

  end(): void {
    this.#end.abort();
  }
}

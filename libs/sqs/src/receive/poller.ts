import { setTimeout as pause } from 'node:timers/promises';

/** The maximum number of messages that SQS returns from a receive. */
const FULL = 10;
const MAX_LOOPS = 10;
/** How long a poll waits for capacity for ten messages before it asks for fewer, in milliseconds. */
const PARTIAL_WAIT = 20;

export interface PollerParts {
  /** Returns the number of messages that can still be taken. */
  readonly capacity: () => number;
  /** Receives up to `max` messages, and resolves with their number. Never rejects. */
  readonly receive: (max: number) => Promise<number>;
}

/**
 * Polls on demand: with one loop while there are few messages, and with an additional loop after each full receive, up to ten
 * loops. A stop waits for the polls in progress. Aborting a poll would lose the messages in its response.
 */
export class Poller {
  readonly #parts: PollerParts;
  readonly #loops = new Set<Promise<void>>();
  #isStopped = false;
  /** The largest number of messages that the polls in progress may receive. */
  #expected = 0;
  #waiting: (() => void)[] = [];

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#addLoop();
  }

  /** Whether the poller is stopping, so that no more polls begin. */
  isStopped(): boolean {
    return this.#isStopped;
  }

  /** Resumes polling. Call this when there is capacity again. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves once the last poll has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    while (this.#loops.size > 0) await Promise.all(this.#loops);
  }

  #addLoop(): void {
    const loop = this.#poll().finally(() => this.#loops.delete(loop));
    this.#loops.add(loop);
  }

  /** Polls until the poller is stopped, or until a receive is empty and other loops remain. */
  async #poll(): Promise<void> {
    for (;;) {
      const max = await this.#reserveCapacity();
      if (this.isStopped()) return;
      const received = await this.#parts.receive(max);
      this.#expected -= max;
      this.wake(); // the reserved capacity that this poll did not use
      if (this.isStopped()) return;
      if (received === FULL && this.#loops.size < MAX_LOOPS) this.#addLoop();
      if (received === 0 && this.#loops.size > 1) return;
    }
  }

  async #reserveCapacity(): Promise<number> {
    let hasWaited = false;
    for (;;) {
      const capacity = this.#parts.capacity() - this.#expected;
      if (this.isStopped()) return 0;
      if (capacity >= FULL) return this.#reserve(FULL);
      if (capacity > 0 && hasWaited) return this.#reserve(capacity);
      await this.#untilWoken(capacity > 0);
      hasWaited = capacity > 0;
    }
  }

  /**
   * Reserves capacity for a receive. Must run synchronously after the capacity was read, because two loops could otherwise reserve
   * the same capacity.
   */
  #reserve(count: number): number {
    this.#expected += count;
    return count;
  }

  async #untilWoken(hasCapacity: boolean): Promise<void> {
    const woken = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await (hasCapacity ? Promise.race([woken, pause(PARTIAL_WAIT)]) : woken);
  }
}

import { setTimeout as pause } from 'node:timers/promises';

/** SQS' own limit of a receive. */
const FULL = 10;
const MAX_POLLERS = 10;
/** How long a poll waits for room for ten, where there is room for fewer. */
const LITTLE_ROOM_WAIT = 20;

/** What polling needs to know and to do. */
export interface PollersParts {
  /** How many more messages there is room for. */
  readonly capacity: () => number;
  /** One receive of at most `max` messages: how many it brought. Never rejects. */
  readonly receive: (max: number) => Promise<number>;
}

/**
 * Polls by demand: one poller while there is little to do, and one more after each full receive, up to ten. A stop lets the
 * polls end by themselves, since an aborted one loses what it would have brought.
 */
export class Pollers {
  readonly #parts: PollersParts;
  readonly #pollers = new Set<Promise<void>>();
  #isStopped = false;
  /** What polls under way may bring. */
  #expected = 0;
  #whenRoom: (() => void)[] = [];

  constructor(parts: PollersParts) {
    this.#parts = parts;
    this.#add();
  }

  /** Whether no further poll begins. */
  isStopped(): boolean {
    return this.#isStopped;
  }

  /** There is room again. */
  wake(): void {
    const waiting = this.#whenRoom;
    this.#whenRoom = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves once the last poll has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    while (this.#pollers.size > 0) await Promise.all(this.#pollers);
  }

  #add(): void {
    const poller = this.#poll().finally(() => this.#pollers.delete(poller));
    this.#pollers.add(poller);
  }

  /** Ends with the stop, or when there is less to do than pollers. */
  async #poll(): Promise<void> {
    for (;;) {
      const max = await this.#roomForPoll();
      if (this.isStopped()) return;
      const received = await this.#parts.receive(max);
      this.#expected -= max;
      this.wake(); // those who waited for what this poll did not bring
      if (this.isStopped()) return;
      if (received === FULL && this.#pollers.size < MAX_POLLERS) this.#add();
      if (received === 0 && this.#pollers.size > 1) return;
    }
  }

  async #roomForPoll(): Promise<number> {
    let hasWaited = false;
    for (;;) {
      const capacity = this.#parts.capacity() - this.#expected;
      if (this.isStopped()) return 0;
      if (capacity >= FULL) return this.#reserve(FULL);
      if (capacity > 0 && hasWaited) return this.#reserve(capacity);
      await this.#capacity(capacity > 0);
      hasWaited = capacity > 0;
    }
  }

  /** In the same turn as the look: another poller would take the same room. */
  #reserve(count: number): number {
    this.#expected += count;
    return count;
  }

  async #capacity(isSome: boolean): Promise<void> {
    const woken = new Promise<void>((resolve) => this.#whenRoom.push(resolve));
    await (isSome ? Promise.race([woken, pause(LITTLE_ROOM_WAIT)]) : woken);
  }
}

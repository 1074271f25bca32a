import { timerDelay } from '#base';
import type { IdempotencyStore } from './idempotency-store.js';

/** An entry that a run here holds. */
export interface Lease {
  readonly entry: string;
  readonly holder: string;
  /** Someone else has it by now. */
  readonly onLost: () => void;
}

/** Renews the leases of a handler's runs, all of them at once, at a third of their time. */
export class Leases {
  readonly #store: IdempotencyStore;
  readonly #lease: number;
  readonly #held = new Set<Lease>();
  #timer: NodeJS.Timeout | undefined;

  /** @param lease in milliseconds */
  constructor(store: IdempotencyStore, lease: number) {
    this.#store = store;
    this.#lease = lease;
  }

  add(lease: Lease): void {
    this.#held.add(lease);
    this.#timer ??= setInterval(
      () => {
        for (const held of this.#held) void this.#renew(held);
      },
      timerDelay(this.#lease / 3),
    ).unref();
  }

  /** Whether it is held, and has not been lost to another. */
  has(lease: Lease): boolean {
    return this.#held.has(lease);
  }

  drop(lease: Lease): void {
    this.#held.delete(lease);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #renew(held: Lease): Promise<void> {
    const isOurs = await this.#store
      .renew(held.entry, held.holder, this.#lease)
      .catch(stillUnknown);
    if (isOurs || !this.#held.has(held)) return;
    this.drop(held);
    held.onLost();
  }
}

/** While the store is away nobody else can take the lease either; the next renewal will tell. */
const stillUnknown = (): boolean => true;

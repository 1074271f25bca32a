import { timerDelay } from '#base';
import type { IdempotencyStore } from './idempotency-store.js';

/** The lease of a run in this process. */
export interface Lease {
  readonly entry: string;
  readonly holder: string;
  /** Called when this run has lost its lease, because another run has claimed the entry. */
  readonly onLost: () => void;
}

/** Renews the leases of all runs of a handler whenever a third of the lease's duration has passed. */
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

  /** Whether this run still holds its lease. */
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

/**
 * Treats a lease as held although its renewal failed. While the store is unavailable, no other run can claim the entry. The next
 * renewal shows whether this run still holds the lease.
 */
const stillUnknown = (): boolean => true;

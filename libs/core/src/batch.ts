import type { Delivery } from './delivery.js';
import { ThroughlineError } from '#base';

const EACH_AT_ONCE = 10;

/** How `each` goes about it. */
export interface EachOptions {
  /** How many messages at once; those of one key always one after another. Default: 10. */
  readonly concurrency?: number;
}

/** What `each` runs for a message. */
export type EachWork<T> = (payload: T, delivery: Delivery<T>) => unknown;

/** What runs behind a batch. */
export interface BatchParts<T> {
  readonly deliveries: readonly Delivery<T>[];
  readonly signalOf: () => AbortSignal;
  readonly each: (work: EachWork<T>, concurrency: number) => Promise<void>;
  readonly fail: (delivery: Delivery<T>, error: unknown) => 'failed' | 'foreign';
}

/**
 * The messages of one call of a batch handler. When the handler returns, what was not marked as failed is done; when it throws,
 * all fail but those that `each` has completed. What fails runs again by itself, as a single message's handler would.
 *
 * @example
 * \@OrderHandler(orderEvents, { group: 'order-audit', batch: { size: 100, within: '50ms' } })
 * async audit(orders: Batch<Order>): Promise<void> {
 *   await orders.each((order, delivery) => this.ledger.write(order, { signal: delivery.signal }));
 * }
 */
export class Batch<T> implements Iterable<Delivery<T>> {
  readonly #parts: BatchParts<T>;

  constructor(parts: BatchParts<T>) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.deliveries.length;
  }

  /** Aborts when the handler's time is up. Each delivery has a signal of its own besides. */
  get signal(): AbortSignal {
    return this.#parts.signalOf();
  }

  [Symbol.iterator](): Iterator<Delivery<T>> {
    return this.#parts.deliveries[Symbol.iterator]();
  }

  /**
   * Runs `work` for each message, inside the message's own trace. It does not reject for a message's error: it marks that
   * message as failed, skips the later ones of its key, and goes on.
   */
  each(work: EachWork<T>, { concurrency = EACH_AT_ONCE }: EachOptions = {}): Promise<void> {
    return this.#parts.each(work, concurrency);
  }

  /** Marks a message as failed; the others are not touched. */
  fail(delivery: Delivery<T>, error: unknown): void {
    if (this.#parts.fail(delivery, error) === 'foreign') {
      throw new ThroughlineError('TL_BATCH_FOREIGN', 'This delivery is not of this batch.');
    }
  }
}

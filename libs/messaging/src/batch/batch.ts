import type { Delivery } from '../delivery.js';
import { ThroughlineError } from '../errors.js';
import type { Soon } from '../soon.js';

const EACH_AT_ONCE = 10;

/** How `each` goes about it. */
export interface EachOptions {
  /** How many messages at once; those of one key always one after another. Default: 10. */
  readonly concurrency?: number;
}

/** What runs behind a batch. */
export interface BatchParts<T> {
  readonly deliveries: readonly Delivery<T>[];
  /** The messages of each lane, in their order. */
  readonly lanes: () => readonly (readonly Delivery<T>[])[];
  readonly signalOf: () => AbortSignal;
  /** Runs one message; whether the next of its lane may follow. */
  readonly run: (delivery: Delivery<T>, work: (delivery: Delivery<T>) => unknown) => Soon<boolean>;
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
  async each(
    work: (payload: T, delivery: Delivery<T>) => unknown,
    { concurrency = EACH_AT_ONCE }: EachOptions = {},
  ): Promise<void> {
    const lanes = this.#parts.lanes().values();
    const runLanes = async (): Promise<void> => {
      for (const lane of lanes) await this.#runLane(lane, work);
    };
    await Promise.all(Array.from({ length: Math.max(1, concurrency) }, runLanes));
  }

  /** Marks a message as failed; the others are not touched. */
  fail(delivery: Delivery<T>, error: unknown): void {
    if (this.#parts.fail(delivery, error) === 'foreign') {
      throw new ThroughlineError('TL_BATCH_FOREIGN', 'This delivery is not of this batch.');
    }
  }

  async #runLane(
    lane: readonly Delivery<T>[],
    work: (payload: T, delivery: Delivery<T>) => unknown,
  ): Promise<void> {
    for (const delivery of lane) {
      const mayGoOn = this.#parts.run(delivery, () => work(delivery.message.payload, delivery));
      if (!(mayGoOn instanceof Promise ? await mayGoOn : mayGoOn)) return;
    }
  }
}

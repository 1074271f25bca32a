import type { Delivery } from './delivery.js';
import { optionErrors, rule, ThroughlineError, type RulesFor } from '#base';

const EACH_AT_ONCE = 10;

/** Options of `Batch.each`. */
export interface EachOptions {
  /**
   * The maximum number of messages that `each` runs at the same time. Messages with the same key always run one after another.
   * Default: 10.
   */
  readonly concurrency?: number;
}

const EACH_RULES: RulesFor<EachOptions> = { concurrency: rule.count };

/**
 * Returns how many messages `each` runs at the same time.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 */
export function concurrencyOf(options: EachOptions): number {
  const [error] = optionErrors('each()', options, EACH_RULES);
  if (error !== undefined) throw error;
  return options.concurrency ?? EACH_AT_ONCE;
}

/** The function that `each` calls for a message. */
export type EachWork<T> = (payload: T, delivery: Delivery<T>) => unknown;

/** Dependencies of a batch. */
export interface BatchParts<T> {
  readonly deliveries: readonly Delivery<T>[];
  readonly signalOf: () => AbortSignal;
  readonly each: (work: EachWork<T>, options: EachOptions) => Promise<void>;
  readonly fail: (delivery: Delivery<T>, error: unknown) => 'failed' | 'foreign';
}

/**
 * The messages that a batch handler receives in one call. When the handler returns, all messages that it has not marked as failed
 * count as processed. When it throws, all messages fail, except those that `each` has completed. Failed messages are retried
 * individually, like those of a single-message handler.
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

  /** A signal that aborts when the timeout of the batch handler expires. Each delivery also has its own signal. */
  get signal(): AbortSignal {
    return this.#parts.signalOf();
  }

  [Symbol.iterator](): Iterator<Delivery<T>> {
    return this.#parts.deliveries[Symbol.iterator]();
  }

  /**
   * Runs `work` for each message, in the message's own trace. An error from one message does not reject the call: `each` marks the
   * message as failed, skips later messages with the same key, and continues.
   */
  each(work: EachWork<T>, options: EachOptions = {}): Promise<void> {
    return this.#parts.each(work, options);
  }

  /** Marks a message in the batch as failed. Other messages are not affected. */
  fail(delivery: Delivery<T>, error: unknown): void {
    if (this.#parts.fail(delivery, error) === 'foreign') {
      throw new ThroughlineError(
        'TL_BATCH_FOREIGN',
        'batch.fail() was called with a delivery from another batch. Pass a delivery from this batch.',
      );
    }
  }
}

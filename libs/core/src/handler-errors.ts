import { milliseconds, type Duration } from '#base';

/**
 * Throw this from a handler if the message can never succeed. It becomes a dead letter immediately, without another attempt.
 *
 * @example
 * if (order.quantity > stock.total) throw new Reject('more than there ever was');
 */
export class Reject extends Error {
  override readonly name = 'Reject';
}

/** Options of {@link RetryLater}. */
export interface RetryLaterOptions extends ErrorOptions {
  /** Whether this run counts as an attempt. Default: true. */
  readonly counts?: boolean;
}

/**
 * Throw this from a handler to retry the message after a delay of your choice.
 *
 * @example
 * if (response.status === 429) throw new RetryLater('30s', 'the shop is busy', { counts: false });
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  /** In milliseconds. */
  readonly after: number;
  readonly counts: boolean;

  constructor(after: Duration, reason = `retry in ${after}`, options: RetryLaterOptions = {}) {
    super(reason, options);
    this.after = milliseconds(after);
    this.counts = options.counts !== false;
  }
}

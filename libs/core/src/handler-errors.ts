import { milliseconds, type Duration } from '#base';

/**
 * Thrown by a handler: this message will never succeed. It becomes a dead letter at once, without another run.
 *
 * @example
 * if (order.quantity > stock.total) throw new Reject('more than there ever was');
 */
export class Reject extends Error {
  override readonly name = 'Reject';
}

/** What one may say of a later run. */
export interface RetryLaterOptions extends ErrorOptions {
  /** Whether this run counts as an attempt. Default: true. */
  readonly counts?: boolean;
}

/**
 * Thrown by a handler: again, but not before so long.
 *
 * @example
 * if (response.status === 429) throw new RetryLater('30s', 'the shop asks for patience', { counts: false });
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  /** In milliseconds. */
  readonly after: number;
  readonly counts: boolean;

  constructor(after: Duration, reason = `again in ${after}`, options: RetryLaterOptions = {}) {
    super(reason, options);
    this.after = milliseconds(after);
    this.counts = options.counts !== false;
  }
}

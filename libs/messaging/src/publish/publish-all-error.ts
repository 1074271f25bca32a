import { isUnavailable, reasonOf, ThroughlineError } from '../errors.js';
import type { Receipt } from '../transport.js';

/** What became of each message of a `publishAll`, in the order in which they were given. */
export type PublishResults = readonly PromiseSettledResult<Receipt>[];

/**
 * Some messages of a `publishAll` were not accepted. Which, says {@link PublishAllError.results}. Thrown out of a handler it
 * counts as a failure of the message, `TL_PUBLISH_INCOMPLETE`, unless the broker was away: `TL_PUBLISH_UNAVAILABLE`.
 *
 * @example
 * try { await publisher.publishAll(orderEvents, orders); }
 * catch (error) {
 *   if (!(error instanceof PublishAllError)) throw error;
 *   const left = orders.filter((_, index) => error.results[index]?.status === 'rejected');
 * }
 */
export class PublishAllError extends ThroughlineError {
  private constructor(
    code: 'TL_PUBLISH_INCOMPLETE' | 'TL_PUBLISH_UNAVAILABLE',
    message: string,
    readonly results: PublishResults,
    options: ErrorOptions,
  ) {
    super(code, message, options);
  }

  /** `undefined` where every message was accepted. */
  static of(channel: string, results: PublishResults): PublishAllError | undefined {
    const reasons = results.flatMap((one): unknown[] =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    if (reasons.length === 0) return undefined;
    const code = reasons.some(isUnavailable) ? 'TL_PUBLISH_UNAVAILABLE' : 'TL_PUBLISH_INCOMPLETE';
    return new PublishAllError(
      code,
      `${reasons.length} of ${results.length} messages to "${channel}" were not accepted, the first since: ${reasonOf(reasons[0])}`,
      results,
      { cause: new AggregateError(reasons) },
    );
  }
}

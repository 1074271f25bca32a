import { isBlocked, isUnavailable, reasonOf, ThroughlineError, type ErrorClass } from '#base';
import type { Receipt } from 'throughline/transport';

/** The result for each message passed to `publishAll`, in order. */
export type PublishResults = readonly PromiseSettledResult<Receipt>[];

/**
 * The error that `publishAll` throws if the broker has not accepted all messages. {@link PublishAllError.results} contains the
 * result for each message. If a handler throws this error, the attempt counts as failed (`TL_PUBLISH_INCOMPLETE`), unless the
 * broker was unavailable (`TL_PUBLISH_UNAVAILABLE`) or rejects requests regardless of the message (`TL_PUBLISH_BLOCKED`).
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
    errorClass: ErrorClass | undefined,
    message: string,
    readonly results: PublishResults,
    cause: unknown,
  ) {
    super(codeOf(errorClass), message, { cause, ...(errorClass && { errorClass }) });
  }

  /** Creates the error for the results of a `publishAll` call. Returns `undefined` if all messages were accepted. */
  static of(channel: string, results: PublishResults): PublishAllError | undefined {
    const reasons = results.flatMap((one): unknown[] =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    if (reasons.length === 0) return undefined;
    return new PublishAllError(
      classOf(reasons),
      `${reasons.length} of ${results.length} messages to "${channel}" were not accepted. First error: ${reasonOf(reasons[0])}`,
      results,
      new AggregateError(reasons),
    );
  }
}

/**
 * Returns the class of the error. If a message may still be accepted later, the class is `unavailable` or `blocked`, and no
 * attempt is counted.
 */
function classOf(reasons: readonly unknown[]): ErrorClass | undefined {
  if (reasons.some(isUnavailable)) return 'unavailable';
  return reasons.some(isBlocked) ? 'blocked' : undefined;
}

function codeOf(
  errorClass: ErrorClass | undefined,
): 'TL_PUBLISH_INCOMPLETE' | 'TL_PUBLISH_UNAVAILABLE' | 'TL_PUBLISH_BLOCKED' {
  if (errorClass === 'unavailable') return 'TL_PUBLISH_UNAVAILABLE';
  return errorClass === 'blocked' ? 'TL_PUBLISH_BLOCKED' : 'TL_PUBLISH_INCOMPLETE';
}

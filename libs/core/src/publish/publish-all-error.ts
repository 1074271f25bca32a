import { isBlocked, isUnavailable, reasonOf, ThroughlineError, type ErrorClass } from '#base';
import type { Receipt } from 'throughline/transport';

/** What became of each message of a `publishAll`, in the order in which they were given. */
export type PublishResults = readonly PromiseSettledResult<Receipt>[];

/**
 * Some messages of a `publishAll` were not accepted. Which, says {@link PublishAllError.results}. Thrown out of a handler it
 * counts as a failure of the message, `TL_PUBLISH_INCOMPLETE`, unless the broker did not answer, `TL_PUBLISH_UNAVAILABLE`, or says
 * no whatever the message, `TL_PUBLISH_BLOCKED`.
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

  /** `undefined` where every message was accepted. */
  static of(channel: string, results: PublishResults): PublishAllError | undefined {
    const reasons = results.flatMap((one): unknown[] =>
      one.status === 'rejected' ? [one.reason] : [],
    );
    if (reasons.length === 0) return undefined;
    return new PublishAllError(
      classOf(reasons),
      `${reasons.length} of ${results.length} messages to "${channel}" were not accepted, the first since: ${reasonOf(reasons[0])}`,
      results,
      new AggregateError(reasons),
    );
  }
}

/** As long as something may still be accepted later, nothing of it counts. */
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

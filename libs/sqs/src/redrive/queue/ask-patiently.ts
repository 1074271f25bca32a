import { within } from '#base';
import { toSqsError, unavailable, type Request } from '../../client/failures.js';
import { untilAnswered } from '../../client/retry-until-deadline.js';

/**
 * How long a redrive waits for SQS before it gives up, in milliseconds. The time is short, because an operator is waiting for the
 * redrive.
 */
const PATIENCE = 10_000;
const FIRST_PAUSE = 200;

/** Sends a request to SQS and retries it while SQS is unavailable, for a limited time. */
export type Ask = <R>(doing: string, call: () => Promise<R>, request?: Request) => Promise<R>;

export interface AskParts {
  readonly suppress: <R>(clientCall: () => R) => R;
  /** A signal that stops the retries when it aborts. */
  readonly signal: AbortSignal;
  /** In milliseconds. Default: 10 s. */
  readonly patience?: number;
}

/** @throws ThroughlineError `TL_SQS_UNAVAILABLE` after 10 s; any other code immediately */
export const askPatiently =
  ({ suppress, signal, patience = PATIENCE }: AskParts): Ask =>
  async (doing, call, request) => {
    const deadline = Date.now() + patience;
    const again = (): ReturnType<typeof call> =>
      within(deadline - Date.now(), suppress(call), () =>
        unavailable(doing, new Error(`no response within ${patience / 1_000} s`)),
      );
    try {
      return await again();
    } catch (failure) {
      return untilAnswered(failure, {
        deadline,
        again,
        toError: (reason) => toSqsError(doing, reason, request),
        firstPause: FIRST_PAUSE,
        signal,
      });
    }
  };

import { setTimeout as pause } from 'node:timers/promises';
import { isUnavailable, within } from '#base';
import { told, unavailable, type Request } from '../../client/failures.js';

/** How long an operator, who waits for the answer, is left to wait for SQS. */
const PATIENCE = 10_000;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2_000;

/** Asks SQS: again while it is unavailable, but not for ever. */
export type Ask = <R>(doing: string, call: () => Promise<R>, request?: Request) => Promise<R>;

/** What asking takes. */
export interface AskParts {
  readonly suppress: <R>(clientCall: () => R) => R;
  /** Once it aborts, no call is tried again. */
  readonly signal: AbortSignal;
  /** In milliseconds. Default: 10 s. */
  readonly patience?: number;
}

/** @throws ThroughlineError `TL_SQS_UNAVAILABLE` after 10 s; any other code at once */
export const askPatiently =
  ({ suppress, signal, patience = PATIENCE }: AskParts): Ask =>
  async (doing, call, request) => {
    const deadline = Date.now() + patience;
    for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      try {
        return await within(deadline - Date.now(), suppress(call), () =>
          unavailable(doing, new Error(`no answer within ${patience / 1_000} s`)),
        );
      } catch (error) {
        const failure = told(doing, error, request);
        if (!isUnavailable(failure) || signal.aborted || Date.now() + wait >= deadline)
          throw failure;
        await pause(wait);
      }
    }
  };

import type { TraceIds } from 'throughline/tracing';
import { describeThrown, isUnavailable, ThroughlineError } from '#base';
import type { Outcome } from 'throughline/transport';
import type { InboundMessage } from 'throughline/transport';
import { OwnLog } from '#base';
import { loggedReason } from './logged-reason.js';

const logger = new OwnLog('Throughline');

const seconds = (milliseconds: number): string => `${Number((milliseconds / 1_000).toFixed(1))} s`;
const stackOf = (cause: unknown): string | undefined => describeThrown(cause).stack;

/**
 * Whether an error is logged for each message. An outage is not: the outage gate logs it once. A lease of another run is not:
 * waiting for it is normal.
 */
const isNews = (cause: unknown): boolean =>
  !isUnavailable(cause) && !(cause instanceof ThroughlineError && cause.code === 'TL_LEASED');

/** A run that has ended. */
export interface EndedRun {
  /** The handler's name, such as `OrderProcessor.process`. */
  readonly handler: string;
  readonly inbound: InboundMessage;
  readonly attempt: number;
  readonly ids: TraceIds | undefined;
}

/** Logs the outcome of a message with its id, and with the trace id if there is one. */
export function logOutcome(run: EndedRun, outcome: Outcome): void {
  const { handler } = run;
  if (outcome.kind === 'deadLetter') {
    const { reason, cause } = outcome;
    logger.error(
      `${handler} gave up on ${what(run)} and is storing it as a dead letter (${reason}): ${loggedReason(cause)}`,
      stackOf(cause),
    );
  } else if (outcome.kind === 'retry') {
    const { cause, after, storeAgain } = outcome;
    const failed = storeAgain === undefined ? 'failed on' : 'could not store the dead letter for';
    const line = `${handler} ${failed} ${what(run)}, retrying in ${seconds(after)}: ${loggedReason(cause)}`;
    if (isNews(cause)) logger.error(line, stackOf(cause));
    else logger.debug(line);
  } else if (outcome.as !== 'done') {
    logger.debug(
      outcome.as === 'duplicate'
        ? `${handler} did not run for ${what(run)}, because a message with the same idempotency key has already been processed. The message was acknowledged as a duplicate.`
        : `No handler ran for ${what(run)}: none of the "when" guards accepted it. The message was acknowledged.`,
    );
  }
}

/** Logs at debug level that a message has an invalid trace context. This is not an error: the message starts a new trace. */
export function logMalformedContext({ id, origin, malformedContext }: InboundMessage): void {
  logger.debug(
    `Message ${id} from "${origin.channel}" started a new trace, because its trace context is invalid: ${malformedContext ?? 'none'}.`,
  );
}

const what = ({ inbound: { id, origin }, attempt, ids }: EndedRun): string => {
  const trace = ids === undefined ? '' : `, trace ${ids.traceId}`;
  return `message ${id} from "${origin.channel}" (attempt ${attempt}${trace})`;
};

import { reasonOf, sentenceOf, ThroughlineError, type ErrorClass } from '#base';

import { codeOf, type BrokerError } from '../errors/broker-errors.js';

export function unavailable(doing: string, cause?: unknown): ThroughlineError {
  const why = cause === undefined ? '.' : `: ${sentenceOf(cause)}`;
  return new ThroughlineError(
    'TL_KAFKA_UNAVAILABLE',
    `${doing} failed: Kafka did not respond in time${why} Check that the brokers are running and reachable.`,
    { cause },
  );
}

export function closed(what: string): ThroughlineError {
  return new ThroughlineError('TL_KAFKA_CLOSED', `The Kafka ${what} is closed.`);
}

/** The error for an OAUTHBEARER token that the broker refuses. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(reasonOf(thrown));
}

/** Creates the error for a batch that is corrupt, or in a format that the driver does not read. */
export function unreadableBatch(cause: unknown, offset: number | bigint): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_RECORDS_UNREADABLE',
    `The batch at offset ${offset} cannot be read: ${reasonOf(cause)}.`,
    { cause, errorClass: 'blocked' },
  );
}

/**
 * Creates the error for an error response from a broker.
 *
 * @param missing the error class for a missing topic. It varies, because a broker may not know a new topic yet.
 */
export function fromBrokerAnswer(
  answer: BrokerError,
  doing: string,
  cause: unknown,
  missing: ErrorClass,
): ThroughlineError {
  const code = codeOf(answer);
  const isMissing = code === 'TL_KAFKA_TOPIC_MISSING';
  const hint = isMissing
    ? ' The topic does not exist, or this client has no permission to see it.'
    : '';
  return new ThroughlineError(
    code,
    `${doing} failed: ${reasonOf(cause)} (${answer.name}).${hint}`,
    {
      cause,
      errorClass: isMissing ? missing : answer.errorClass,
    },
  );
}

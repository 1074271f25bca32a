import { ErrorReply } from 'redis';
import { reasonOf, ThroughlineError, withFullStop } from '#base';

/**
 * The error codes of a Redis server that is temporarily unable to serve requests: it is loading, or lacks a primary, memory, disk
 * space or replicas. Throughline treats these errors as an outage, and no message becomes a dead letter because of them.
 */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  'LOADING',
  'READONLY',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'BUSY',
  'UNKILLABLE',
  'OOM',
  'MISCONF',
  'NOREPLICAS',
]);

/**
 * Finds the error codes in a message. Before Redis 7, an error inside a script has its code in the middle: `ERR Error running
 * script (…): @user_script:3: OOM …`.
 */
const CODES = /(?:^|@user_script:\s*\d+: -?)([A-Z]+)\b/g;

const codesOf = (error: ErrorReply): readonly string[] =>
  [...error.message.matchAll(CODES)].map(([, code = '']) => code);

const isUnavailable = (error: ErrorReply): boolean =>
  codesOf(error).some((code) => UNAVAILABLE.has(code)) ||
  error.message.includes('max number of clients reached');

/**
 * Whether a connection is useless after this error. A primary that has become a replica, for example, keeps its clients'
 * connections but refuses to write.
 */
export const endsConnection = (error: unknown): boolean =>
  !(error instanceof ErrorReply) || codesOf(error).includes('READONLY');

/** Whether the error is a response from Redis. */
export const isAnswer = (error: unknown): boolean => error instanceof ErrorReply;

export const closed = (): ThroughlineError =>
  new ThroughlineError(
    'TL_REDIS_CLOSED',
    'The Redis store is closed. Do not use it after close().',
  );

export const timedOut = (milliseconds: number): Error =>
  new Error(`Redis did not respond within ${milliseconds} ms.`);

/**
 * Returns the text of an error. If a host name has several addresses, Node throws one error with a code and no message. Its
 * single errors have messages.
 */
const causeOf = (error: unknown): string =>
  error instanceof AggregateError ? error.errors.map(reasonOf).join(', ') : reasonOf(error);

/** Converts any error of Redis or node-redis to a {@link ThroughlineError}. */
export function asThroughlineError(error: unknown): ThroughlineError {
  if (error instanceof ThroughlineError) return error;
  if (error instanceof ErrorReply && !isUnavailable(error)) {
    return new ThroughlineError(
      'TL_REDIS_REFUSED',
      `Redis refused a request: ${withFullStop(error.message)} Check the address, the password and the user's permissions. Also check whether another application uses keys with the same prefix.`,
      { cause: error, errorClass: 'blocked' },
    );
  }
  return new ThroughlineError(
    'TL_REDIS_UNAVAILABLE',
    `Redis is unavailable: ${withFullStop(causeOf(error))} The next operation will try again.`,
    { cause: error },
  );
}

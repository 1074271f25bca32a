import { ErrorReply } from 'redis';
import { reasonOf, ThroughlineError, withFullStop } from '#base';

/**
 * The error codes of a Redis server that is temporarily unable to serve requests: it is loading, or lacks a primary, memory, disk
 * space or replicas. Throughline treats these errors as an outage and dead-letters no message for them.
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

/** Before Redis 7, the code of an error inside a script is in the middle of the message: `ERR Error running script (…): @user_script:3: OOM …`. */
const CODES = /(?:^|@user_script:\s*\d+: -?)([A-Z]+)\b/g;

const codesOf = (error: ErrorReply): readonly string[] =>
  [...error.message.matchAll(CODES)].map(([, code = '']) => code);

const isUnavailable = (error: ErrorReply): boolean =>
  codesOf(error).some((code) => UNAVAILABLE.has(code)) ||
  error.message.includes('max number of clients reached');

/**
 * Whether a connection can no longer be used after this error. A primary that has become a replica keeps its clients' connections,
 * but refuses to write.
 */
export const endsConnection = (error: unknown): boolean =>
  !(error instanceof ErrorReply) || codesOf(error).includes('READONLY');

/** Whether Redis has responded, though with an error. */
export const isAnswer = (error: unknown): boolean => error instanceof ErrorReply;

export const closed = (): ThroughlineError =>
  new ThroughlineError(
    'TL_REDIS_CLOSED',
    'The Redis store is closed. Do not use it after close().',
  );

export const timedOut = (milliseconds: number): Error =>
  new Error(`Redis did not respond within ${milliseconds} ms.`);

/** Returns the text of an error. If a host name has several addresses, Node's error has a code and no message. */
const causeOf = (error: unknown): string =>
  error instanceof AggregateError ? error.errors.map(reasonOf).join(', ') : reasonOf(error);

/** Converts any error of Redis or node-redis. */
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

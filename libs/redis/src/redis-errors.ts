import { ErrorReply } from 'redis';
import { reasonOf, ThroughlineError } from '#base';

/**
 * Redis answers, and cannot serve now; it will when it has loaded, has a primary, memory, disk or replicas again. To bury
 * messages for it would be wrong, as for any outage.
 */
const AWAY: ReadonlySet<string> = new Set([
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

/** Before Redis 7 an error inside a script is told in the middle of another: `ERR Error running script (…): @user_script:3: OOM …`. */
const WORDS = /(?:^|@user_script:\s*\d+: -?)([A-Z]+)\b/g;

const wordsOf = (error: ErrorReply): readonly string[] =>
  [...error.message.matchAll(WORDS)].map(([, word = '']) => word);

const isAway = (error: ErrorReply): boolean =>
  wordsOf(error).some((word) => AWAY.has(word)) ||
  error.message.includes('max number of clients reached');

/** Whether the connection may lead to the wrong server: a primary that has become a replica keeps its clients. */
export const leadsAstray = (error: unknown): boolean =>
  !(error instanceof ErrorReply) || wordsOf(error).includes('READONLY');

/** Whether Redis has answered, though with an error. */
export const isAnswer = (error: unknown): boolean => error instanceof ErrorReply;

export const closed = (): ThroughlineError =>
  new ThroughlineError(
    'TL_REDIS_CLOSED',
    'The Redis store is closed; ask nothing of it after close().',
  );

export const tooLate = (milliseconds: number): Error =>
  new Error(`no answer within ${milliseconds} ms`);

/** Where a name has several addresses, Node's error has a code and no message. */
const causeOf = (error: unknown): string =>
  error instanceof AggregateError ? error.errors.map(reasonOf).join(', ') : reasonOf(error);

/** What went wrong, as everyone else knows it. */
export function told(error: unknown): ThroughlineError {
  if (error instanceof ThroughlineError) return error;
  if (error instanceof ErrorReply && !isAway(error)) {
    return new ThroughlineError(
      'TL_REDIS_REFUSED',
      `Redis refuses: ${error.message}. Check the address, the password, the user's rights and what else uses the keys of this prefix.`,
      { cause: error, errorClass: 'blocked' },
    );
  }
  return new ThroughlineError(
    'TL_REDIS_UNAVAILABLE',
    `Redis is away: ${causeOf(error)}. It is asked again with the next operation.`,
    { cause: error },
  );
}

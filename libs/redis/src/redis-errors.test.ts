import { describe, expect, it } from '@jest/globals';
import { ErrorReply } from 'redis';
import { closed, asThroughlineError } from './redis-errors.js';

const codeOf = (message: string): string => asThroughlineError(new ErrorReply(message)).code;

describe('an error reply of Redis', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica. script: 1f, on @user_script:5.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'CLUSTERDOWN The cluster is down',
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Redis is configured to save RDB snapshots, but it is unable to persist to disk.',
    'NOREPLICAS Not enough good replicas to write.',
    'ERR max number of clients reached',
    "ERR Error running script (call to f_1f): @user_script:5: @user_script: 5: -OOM command not allowed when used memory > 'maxmemory'.",
  ])('is an outage: %s', (message) => {
    expect(codeOf(message)).toBe('TL_REDIS_UNAVAILABLE');
  });

  it.each([
    'WRONGPASS invalid username-password pair or user is disabled.',
    'NOAUTH Authentication required.',
    "NOPERM this user has no permissions to run the 'evalsha' command",
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'MOVED 3999 127.0.0.1:6381',
    "ERR unknown command 'EVALSHA', with args beginning with: LOADING",
    'ERR Error running script (call to f_1f): @user_script:3: WRONGTYPE Operation against a key holding the wrong kind of value',
  ])('is a refusal: %s', (message) => {
    expect(codeOf(message)).toBe('TL_REDIS_REFUSED');
  });
});

describe('an error of the connection to Redis', () => {
  it('is an outage with its cause, and with all causes where a name has several addresses', () => {
    const cause = new AggregateError([new Error('refused by ::1'), new Error('by 127.0.0.1')]);

    const error = asThroughlineError(cause);

    expect(error.code).toBe('TL_REDIS_UNAVAILABLE');
    expect(error.message).toContain('refused by ::1, by 127.0.0.1');
    expect(error.cause).toBe(cause);
  });

  it('is unchanged where it has a code', () => {
    const error = closed();

    expect(asThroughlineError(error)).toBe(error);
  });
});

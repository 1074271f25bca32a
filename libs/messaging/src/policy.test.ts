import { describe, expect, it } from '@jest/globals';
import { exponential } from './backoff.js';
import { ThroughlineError } from './errors.js';
import { Policy } from './policy.js';
import { Reject, RetryLater } from './verdicts.js';

const policy = new Policy({ attempts: 3, backoff: exponential('1s', '10s') });
const error = new Error('no stock');
const outage = new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'away');

describe('Policy', () => {
  it('lets a message run again, longer and longer apart, until it has failed often enough', () => {
    expect([1, 2].map((attempt) => policy.judge(error, attempt))).toEqual([
      { kind: 'retry', after: 1_000, cause: error, counts: true },
      { kind: 'retry', after: 2_000, cause: error, counts: true },
    ]);
    expect(policy.judge(error, 3)).toEqual({
      kind: 'deadLetter',
      reason: 'exhausted',
      cause: error,
    });
  });

  it('rejects at once', () => {
    const cause = new Reject('never');

    expect(policy.judge(cause, 1)).toEqual({ kind: 'deadLetter', reason: 'rejected', cause });
  });

  it('waits as long as a handler asks, and counts it', () => {
    const cause = new RetryLater('30s');

    expect(policy.judge(cause, 1)).toEqual({ kind: 'retry', after: 30_000, cause, counts: true });
    expect(policy.judge(cause, 3)).toMatchObject({ kind: 'deadLetter', reason: 'exhausted' });
  });

  it('does not count what a handler says does not count, nor an outage, however often', () => {
    const later = new RetryLater('30s', 'patience', { counts: false });

    expect(policy.judge(later, 99)).toMatchObject({ kind: 'retry', after: 30_000, counts: false });
    expect(policy.judge(outage, 99)).toMatchObject({ kind: 'retry', counts: false });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %p attempts', (attempts) => {
    expect(() => new Policy({ attempts })).toThrow(
      expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
    );
  });
});

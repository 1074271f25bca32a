import { describe, expect, it } from '@jest/globals';
import { setImmediate as aTurn } from 'node:timers/promises';
import { exponential } from '#base';
import { ThroughlineError } from '#base';
import { plainJavaScript } from '../plain-javascript.fixture.js';
import { RetryPolicy } from './retry-policy.js';
import { Reject, RetryLater } from '../handler-errors.js';

const retryPolicy = new RetryPolicy({ attempts: 3, backoff: exponential('1s', '10s') });
const error = new Error('no stock');
const outage = new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'away');

describe('Policy', () => {
  it('lets a message run again, longer and longer apart, until it has failed often enough', () => {
    expect([1, 2].map((attempt) => retryPolicy.classify(error, attempt))).toEqual([
      { kind: 'retry', after: 1_000, cause: error, counts: true },
      { kind: 'retry', after: 2_000, cause: error, counts: true },
    ]);
    expect(retryPolicy.classify(error, 3)).toEqual({
      kind: 'deadLetter',
      reason: 'exhausted',
      cause: error,
    });
  });

  it('rejects at once', () => {
    const cause = new Reject('never');

    expect(retryPolicy.classify(cause, 1)).toEqual({
      kind: 'deadLetter',
      reason: 'rejected',
      cause,
    });
  });

  it('waits as long as a handler asks, and counts it', () => {
    const cause = new RetryLater('30s');

    expect(retryPolicy.classify(cause, 1)).toEqual({
      kind: 'retry',
      after: 30_000,
      cause,
      counts: true,
    });
    expect(retryPolicy.classify(cause, 3)).toMatchObject({
      kind: 'deadLetter',
      reason: 'exhausted',
    });
  });

  it('does not count what a handler says does not count, nor an outage, however often', () => {
    const later = new RetryLater('30s', 'patience', { counts: false });

    expect(retryPolicy.classify(later, 99)).toMatchObject({
      kind: 'retry',
      after: 30_000,
      counts: false,
    });
    expect(retryPolicy.classify(outage, 99)).toMatchObject({ kind: 'retry', counts: false });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %p attempts', (attempts) => {
    expect(() => new RetryPolicy({ attempts })).toThrow(
      expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
    );
  });

  it('holds what is blocked at the longest backoff, uncounted, and lets nothing else wait', () => {
    const cause = new ThroughlineError('TL_KAFKA_DENIED', 'denied', { errorClass: 'blocked' });

    expect(retryPolicy.classify(cause, 99)).toEqual({
      kind: 'retry',
      after: 10_000,
      cause,
      counts: false,
      where: 'lane',
    });
  });

  it('counts nothing of what is somebody else’s by now', () => {
    const cause = new ThroughlineError('TL_KAFKA_REVOKED', 'gone', { errorClass: 'notOurs' });

    expect(retryPolicy.classify(cause, 99)).toMatchObject({ kind: 'retry', counts: false });
  });

  it('counts what is refused for the message itself', () => {
    const cause = new ThroughlineError('TL_KAFKA_RECORD_REFUSED', 'no', { errorClass: 'refused' });

    expect(retryPolicy.classify(cause, 1)).toMatchObject({ kind: 'retry', counts: true });
    expect(retryPolicy.classify(cause, 3)).toMatchObject({
      kind: 'deadLetter',
      reason: 'exhausted',
    });
  });

  it.each([
    ['throws', () => thrown()],
    ['answers with no number', () => plainJavaScript<number>('soon')],
    ['answers with NaN', () => NaN],
    [
      'answers with a promise that rejects',
      () => plainJavaScript<number>(Promise.reject(new Error('no'))),
    ],
  ])('waits a second where a backoff of one’s own %s', async (_, next) => {
    const own = new RetryPolicy({ attempts: 3, backoff: { longest: 10_000, next } });

    expect(own.classify(error, 1)).toMatchObject({ kind: 'retry', after: 1_000, counts: true });

    await aTurn(); // an unhandled rejection would fail this test
  });

  it.each([
    ['below zero', -1, 0],
    ['beyond what a timer takes', Infinity, 2 ** 31 - 1],
  ])('takes a wait %s for the nearest that there is', (_, wait, after) => {
    const own = new RetryPolicy({ attempts: 3, backoff: { longest: wait, next: () => wait } });

    expect(own.classify(error, 1)).toMatchObject({ after });
    expect(own.longestWait).toBe(after);
  });

  it('counts a revoked proxy as any failure, and hands on what can be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    const outcome = retryPolicy.classify(proxy, 3);

    expect(outcome).toMatchObject({ kind: 'deadLetter', reason: 'exhausted' });
    expect(outcome.kind === 'deadLetter' && outcome.cause).toBeInstanceOf(Error);
  });

  it.each([
    ['attempts', { attempts: 0 }],
    ['attempts', { attempts: plainJavaScript<number>('3') }],
    ['crashAttempts', { crashAttempts: NaN }],
  ])('refuses %s that cannot be counted', (_, options) => {
    expect(() => new RetryPolicy(options)).toThrow(
      expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
    );
  });
});

const thrown = (): never => {
  throw new Error('a broken backoff');
};

import { describe, expect, it } from '@jest/globals';
import { FailedRuns } from './failed-runs.js';

const failedAs = (spanId: string) => ({ ids: { traceId: 'trace', spanId }, isDelayed: true });

describe('FailedRuns', () => {
  it('knows the last run of a message, once', () => {
    const runs = new FailedRuns();
    runs.remember('message', failedAs('first'));
    runs.remember('message', failedAs('second'));

    expect(runs.take('message')).toEqual(failedAs('second'));
    expect(runs.take('message')).toBeUndefined();
  });

  it('forgets the oldest of those that never are redelivered', () => {
    const runs = new FailedRuns();
    for (let number = 0; number <= 10_000; number += 1) {
      runs.remember(`message-${number}`, failedAs('span'));
    }

    expect(runs.take('message-0')).toBeUndefined();
    expect(runs.take('message-1')).toBeDefined();
    expect(runs.take('message-10000')).toBeDefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { EMPTY, of } from 'rxjs';
import { ACK } from 'throughline/transport';
import { answerOf, composeAround } from './compose.js';
import type { Step } from './step.js';

describe('A handler is called', () => {
  it.each([
    ['nothing', () => undefined],
    ['a value', () => 42],
    ['a promise', () => Promise.resolve()],
    ['an observable', () => of(1, 2)],
    ['an observable of nothing', () => EMPTY],
  ])('and done with %s', async (_, handler) => {
    expect(await answerOf(handler())).toBe(ACK);
  });

  it('without a promise where it answers at once', () => {
    expect(answerOf(undefined)).toBe(ACK);
  });

  it('and waited for where it answers with what can be awaited, as the queries of some libraries are', async () => {
    const steps: string[] = [];
    // A query that runs once somebody awaits it, and is no promise.
    const query = {
      then: (done: (rows: number) => void): void => {
        steps.push('asked');
        setImmediate(() => {
          steps.push('answered');
          done(1);
        });
      },
    };

    const outcome = answerOf(query);

    expect(outcome).toBeInstanceOf(Promise);
    expect(await outcome).toBe(ACK);
    expect(steps).toEqual(['asked', 'answered']);
  });

  it('and has failed where that is rejected', async () => {
    const query = { then: (_: unknown, fail: (error: Error) => void) => fail(new Error('no')) };

    await expect(answerOf(query)).rejects.toThrow('no');
  });
});

describe('Steps around each message of a batch', () => {
  it('cannot surround, which a mistake in the list would otherwise leave out in silence', () => {
    const step: Step = { name: 'slow-log', around: (delivery, next) => next(delivery) };

    expect(() => composeAround([step])).toThrow('slow-log');
  });
});

import { describe, expect, it } from '@jest/globals';
import { Guard } from './guard.js';

describe('the guard around the agent', () => {
  const warnings: string[] = [];
  const guard = (): Guard => {
    warnings.length = 0;
    return new Guard((message) => warnings.push(message));
  };
  const fail = (): number => {
    throw new Error('broken agent');
  };

  it('gives what the agent gives, and undefined where it throws', () => {
    const guarded = guard();

    expect([guarded.attempt(() => 1), guarded.attempt(fail), guarded.attempt(fail)]).toEqual([
      1,
      undefined,
      undefined,
    ]);
    expect(warnings).toEqual([expect.stringContaining('broken agent')]);
  });

  it('tells of a rejection like of an exception', async () => {
    await guard().attemptAsync(() => Promise.reject(new Error('no server')));

    expect(warnings).toEqual([expect.stringContaining('no server')]);
  });

  it.each<[string, (work: () => number) => number, number]>([
    ['runs the work', (work) => work(), 0],
    ['throws before the work', fail, 1],
    [
      'throws after the work',
      (work) => {
        work();
        return fail();
      },
      1,
    ],
    ['forgets the work', () => 0, 0],
    [
      'loses the result',
      (work) => {
        work();
        return 0;
      },
      0,
    ],
  ])('runs work once and gives its result where the agent %s', (_, enter, told) => {
    let runs = 0;

    const result = guard().around(enter, () => {
      runs += 1;
      return 42;
    });

    expect([result, runs]).toEqual([42, 1]);
    expect(warnings).toHaveLength(told);
  });

  it('throws what the work threw, also where the agent swallows or replaces it, and tells only of the agent', () => {
    const outOfStock = new Error('out of stock');
    const work = (): number => {
      throw outOfStock;
    };
    const swallow = (inner: () => number): number => {
      try {
        inner();
      } catch {
        /* as a faulty agent would */
      }
      return 0;
    };

    expect(() => guard().around((inner) => inner(), work)).toThrow(outOfStock);
    expect(warnings).toEqual([]);
    expect(() => guard().around(swallow, work)).toThrow(outOfStock);
    expect(() =>
      guard().around((inner) => {
        try {
          return inner();
        } catch {
          return fail();
        }
      }, work),
    ).toThrow(outOfStock);
    expect(warnings).toEqual([expect.stringContaining('broken agent')]);
  });
});

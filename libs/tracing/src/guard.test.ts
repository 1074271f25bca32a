import { describe, expect, it } from '@jest/globals';
import { Guard } from './guard.js';

const outOfStock = new Error('out of stock');
const broken = (): number => {
  throw new Error('broken SDK');
};

describe('the guard around a vendor', () => {
  const guarded = (): { guard: Guard; warnings: readonly string[] } => {
    const warnings: string[] = [];
    return { guard: new Guard('The SDK', (message) => warnings.push(message)), warnings };
  };

  it('returns the result of a call, or undefined if it throws or rejects, and warns once', async () => {
    const { guard, warnings } = guarded();

    const given = [guard.attempt(() => 1), guard.attempt(broken)];
    await guard.attemptAsync(() => Promise.reject(new Error('no collector')));

    expect(given).toEqual([1, undefined]);
    expect(warnings).toEqual([expect.stringContaining('broken SDK')]);
  });

  it.each<[string, (work: () => number) => number, number]>([
    ['runs it', (work) => work(), 0],
    ['throws before it', broken, 1],
    ['throws after it', (work) => work() + broken(), 1],
    ['forgets it', () => 0, 0],
    ['loses its result', (work) => work() * 0, 0],
  ])(
    'runs work exactly once and returns its result if the vendor %s',
    (_, enter, expectedWarnings) => {
      const { guard, warnings } = guarded();
      let runs = 0;

      const result = guard.around(enter, () => {
        runs += 1;
        return 42;
      });

      expect([result, runs, warnings.length]).toEqual([42, 1, expectedWarnings]);
    },
  );

  it.each<[string, (work: () => number) => number, number]>([
    ['lets it through', (work) => work(), 0],
    [
      'swallows it',
      (work) => {
        try {
          return work();
        } catch {
          return 0;
        }
      },
      0,
    ],
    [
      'replaces it',
      (work) => {
        try {
          return work();
        } catch {
          return broken();
        }
      },
      1,
    ],
  ])('throws what work threw if the vendor %s', (_, enter, expectedWarnings) => {
    const { guard, warnings } = guarded();

    expect(() =>
      guard.around(enter, () => {
        throw outOfStock;
      }),
    ).toThrow(outOfStock);
    expect(warnings).toHaveLength(expectedWarnings);
  });
});

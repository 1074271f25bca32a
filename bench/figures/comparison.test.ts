import { describe, expect, it } from '@jest/globals';
import { compare } from './comparison.js';
import type { Round } from './row.js';

/** A round in which these candidates needed so much CPU per message. */
const roundOf = (cpuMicros: Readonly<Record<string, number>>): Round =>
  new Map(
    Object.entries(cpuMicros).map(([title, micros]) => [
      title,
      { sample: { perSecond: 1, cpuMicros: micros, requestsPerMessage: null, peakMb: 1 } },
    ]),
  );

describe('the comparison of two candidates', () => {
  it('has no width where every round has the same ratio', () => {
    const rounds = [roundOf({ new: 11, old: 10 }), roundOf({ new: 22, old: 20 })];

    const comparison = compare('new', 'old', rounds);

    expect(comparison?.ratio).toBeCloseTo(1.1);
    expect(comparison?.low).toBeCloseTo(1.1);
    expect(comparison?.high).toBeCloseTo(1.1);
  });

  it('has the interval of Student for the logarithms of the ratios', () => {
    const rounds = [1, 2, 4].map((ratio) => roundOf({ new: ratio, old: 1 }));

    const comparison = compare('new', 'old', rounds);

    // ln 2 ± 4.303 · ln 2 / √3
    expect(comparison?.ratio).toBeCloseTo(2);
    expect(comparison?.low).toBeCloseTo(2 ** (1 - 4.303 / Math.sqrt(3)));
    expect(comparison?.high).toBeCloseTo(2 ** (1 + 4.303 / Math.sqrt(3)));
    expect(comparison?.rounds).toBe(3);
  });

  it('leaves out rounds in which one of them is missing, and needs two others', () => {
    expect(compare('new', 'old', [roundOf({ new: 1, old: 1 }), roundOf({ new: 1 })])).toBe(
      undefined,
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { coverage, timeAxis, union } from './time-axis.js';

const at = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe('union and coverage', () => {
  it('puts overlaps together', () => {
    const intervals = [at(5, 8), at(0, 2), at(1, 3), at(6, 7)];
    expect(union(intervals)).toEqual([at(0, 3), at(5, 8)]);
    expect(coverage(intervals)).toBe(6);
  });
});

describe('timeAxis', () => {
  it('is even where there is no long gap', () => {
    const axis = timeAxis([at(0, 10), at(60, 100)], at(0, 100), 50);
    expect([0, 10, 50, 100].map((ms) => axis.columnOf(ms))).toEqual([0, 5, 25, 50]);
    expect(axis.breaks).toEqual([]);
  });

  it('leaves a gap of ten times the active time whole, and cuts a longer one out', () => {
    expect(timeAxis([at(0, 5), at(105, 110)], at(0, 110), 23).breaks).toEqual([]);

    const axis = timeAxis([at(0, 5), at(106, 111)], at(0, 111), 23);
    expect(axis.breaks).toEqual([{ from: 10, to: 13 }]);
    expect([0, 5, 106, 111].map((ms) => axis.columnOf(ms))).toEqual([0, 10, 13, 23]);
  });

  it('cuts out the wait before the first span too', () => {
    const axis = timeAxis([at(0, 1)], at(-60_000, 1), 20);
    expect(axis.breaks).toEqual([{ from: 0, to: 3 }]);
    expect([0, 1].map((ms) => axis.columnOf(ms))).toEqual([3, 20]);
  });

  it('keeps room for the spans where there are many gaps', () => {
    const spans = Array.from({ length: 20 }, (_, index) => at(index * 1_000, index * 1_000 + 1));
    const axis = timeAxis(spans, at(0, 19_001), 20);
    expect(axis.breaks.every(({ from, to }) => from >= 0 && to <= 20)).toBe(true);
    expect(axis.columnOf(19_001)).toBe(20);
  });

  it('puts a trace without any duration at the beginning', () => {
    const axis = timeAxis([at(0, 0)], at(0, 0), 20);
    expect(axis.columnOf(0)).toBe(0);
  });
});

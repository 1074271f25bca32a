import { describe, expect, it } from '@jest/globals';
import { median, spread } from './median.js';

describe('median', () => {
  it.each([
    [[5], 5],
    [[9, 1, 5], 5],
    [[1, 9], 5],
    [[100, 2, 1, 4], 3],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it('of nothing is no number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('spread', () => {
  it('is half of the range, as a part of the median', () => {
    expect(spread([90, 100, 130])).toBeCloseTo(0.2);
  });

  it('of a single value, or of zeros, is none', () => {
    expect(spread([7])).toBe(0);
    expect(spread([0, 0])).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { exponential } from './backoff.js';

describe('exponential', () => {
  it('doubles from the first to the longest wait, and stays there', () => {
    const backoff = exponential('1s', '30s');

    expect([1, 2, 3, 4, 5, 6, 7, 5_000].map((failures) => backoff.next(failures))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { exactly, roughly } from './duration.js';

describe('a duration', () => {
  it.each([
    [0, '0.0 ms', '0.0 ms'],
    [0.01, '<0.1 ms', '<0.1 ms'],
    [0.42, '0.4 ms', '0.4 ms'],
    [0.97, '1.0 ms', '1 ms'],
    [12.44, '12.4 ms', '12 ms'],
    [99.96, '100 ms', '100 ms'],
    [340.4, '340 ms', '340 ms'],
    [999.7, '1.0 s', '1.0 s'],
    [4_066, '4.1 s', '4.1 s'],
    [59_960, '1 min 0 s', '1 min 0 s'],
    [125_000, '2 min 5 s', '2 min 5 s'],
    [3_599_800, '1 h 0 min', '1 h 0 min'],
    [10_920_000, '3 h 2 min', '3 h 2 min'],
  ])('of %d ms is %s in a column, %s in a sentence', (ms, column, sentence) => {
    expect([exactly(ms), roughly(ms)]).toEqual([column, sentence]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { milliseconds, type Duration } from './duration.js';

describe('milliseconds', () => {
  it.each<[Duration, number]>([
    ['250ms', 250],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['0s', 0],
  ])('reads %s as %d', (duration, expected) => {
    expect(milliseconds(duration)).toBe(expected);
  });

  it.each(['', '5', 's', '-1s', '1e3s', ' 1s', 'Infinitys'])('refuses "%s"', (text) => {
    expect(() => milliseconds(text as Duration)).toThrow(
      expect.objectContaining({ code: 'TL_DURATION_INVALID' }),
    );
  });

  it.each([5, undefined, null, {}, Symbol('s')])('refuses %p, which is no text', (value) => {
    expect(() => milliseconds(value as Duration)).toThrow(
      expect.objectContaining({ code: 'TL_DURATION_INVALID' }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { plotOf } from './plot.js';
import { resultLike, problemRow, rowLike } from './result.fixture.js';

const widths = (svg: string): readonly number[] =>
  [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));

describe('plotOf', () => {
  it('draws a bar for each candidate, as long as its rate', () => {
    const rows = [rowLike({ candidate: 'kafkajs', perSecond: 200 }), rowLike({ perSecond: 100 })];

    const [longest = 0, half = 0] = widths(plotOf(resultLike(rows), 'light'));

    expect(half).toBeCloseTo(longest / 2, 0);
    expect(longest).toBeLessThan(820);
  });

  it('has other colours in the dark, and the same bars', () => {
    const light = plotOf(resultLike([rowLike()]), 'light');
    const dark = plotOf(resultLike([rowLike()]), 'dark');

    expect(dark).not.toBe(light);
    expect(widths(dark)).toEqual(widths(light));
  });

  it('draws no bar where there is no figure', () => {
    const svg = plotOf(resultLike([problemRow('Nest', 'broken')]), 'light');

    expect(widths(svg)).toEqual([]);
    expect(svg).toContain('no figure');
  });

  it('escapes names', () => {
    expect(plotOf(resultLike([rowLike({ candidate: '<x> & "y"' })]), 'light')).toContain(
      '&lt;x&gt; &amp; &quot;y&quot;',
    );
  });
});

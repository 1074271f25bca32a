import { describe, expect, it } from '@jest/globals';
import { plotOf } from './plot.js';
import { playedLike, problemRow, rowLike } from './played.fixture.js';

const widths = (svg: string): readonly number[] =>
  [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));

describe('plotOf', () => {
  it('draws a bar a contender, as long as its rate', () => {
    const rows = [rowLike({ contender: 'kafkajs', perSecond: 200 }), rowLike({ perSecond: 100 })];

    const [longest = 0, half = 0] = widths(plotOf(playedLike(rows), 'light'));

    expect(half).toBeCloseTo(longest / 2, 0);
    expect(longest).toBeLessThan(820);
  });

  it('has other colours in the dark, and the same bars', () => {
    const light = plotOf(playedLike([rowLike()]), 'light');
    const dark = plotOf(playedLike([rowLike()]), 'dark');

    expect(dark).not.toBe(light);
    expect(widths(dark)).toEqual(widths(light));
  });

  it('draws no bar where there is no figure', () => {
    const svg = plotOf(playedLike([problemRow('Nest', 'broken')]), 'light');

    expect(widths(svg)).toEqual([]);
    expect(svg).toContain('no figure');
  });

  it('escapes names', () => {
    expect(plotOf(playedLike([rowLike({ contender: '<x> & "y"' })]), 'light')).toContain(
      '&lt;x&gt; &amp; &quot;y&quot;',
    );
  });
});

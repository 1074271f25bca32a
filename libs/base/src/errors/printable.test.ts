import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableLines } from './printable.js';

describe('printable', () => {
  it.each([
    ['plain text', 'ünïcödé 漢字 🚀', 'ünïcödé 漢字 🚀'],
    ['an escape sequence', '\u001b[31mred', String.raw`\u001b[31mred`],
    ['line breaks', 'one\r\ntwo\u2028three', String.raw`one\u000d\u000atwo\u2028three`],
    ['marks that turn text around', 'a\u202eb', String.raw`a\u202eb`],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
  ])('shows %s on one line', (_, text, shown) => {
    expect(printable(text, 100)).toBe(shown);
  });

  it('cuts what is too long, and says how much is missing', () => {
    expect(printable('x'.repeat(1_000), 10)).toBe('xxxxxxxxxx… (990 more characters)');
  });

  it('keeps the lines of a stack', () => {
    expect(printableLines('Error: a\u0007\n    at b', 100)).toBe(
      `${String.raw`Error: a\u0007`}\n    at b`,
    );
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex -- they are what is looked for
        expect(printable(text, 50)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      }),
      { numRuns: 1_000, seed: 14 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { fit, harmless, shorten, widthOf } from './display-text.js';

describe('widthOf', () => {
  it.each([
    ['', 0],
    ['order', 5],
    ['注文', 4],
    ['ｏｋ', 4],
    ['😀', 2],
    ['👩‍👩‍👧', 2],
    ['e\u0301', 1],
    ['✓ ░█…', 5],
    ['한글', 4],
  ])('of %j is %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe('harmless', () => {
  it.each([
    ['plain', 'plain'],
    ['a\nb\tc', 'a␊b␉c'],
    ['\u001b[31mred', '␛[31mred'],
    ['\u007f', '␡'],
    ['\u009b31m', '\ufffd31m'],
    ['\u202egnp', '\ufffdgnp'],
    ['a\u2028b', 'a\ufffdb'],
    ['\ud83d', '\ufffd'],
    ['👩‍👧 注文', '👩‍👧 注文'],
  ])('makes of %j %j', (text, shown) => {
    expect(harmless(text)).toBe(shown);
  });
});

describe('shorten and fit', () => {
  it.each([
    ['order', 5, 'order'],
    ['orders', 5, 'orde…'],
    ['a b c', 3, 'a…'],
    ['注文注文', 5, '注文…'],
    ['注文注文', 4, '注…'],
    ['order', 1, '…'],
    ['order', 0, ''],
  ])('shorten %j to %i columns', (text, columns, shown) => {
    expect(shorten(text, columns)).toBe(shown);
  });

  it('fits exactly', () => {
    expect(['ab', '注文注', 'abcdef'].map((text) => fit(text, 4))).toEqual([
      'ab  ',
      '注… ',
      'abc…',
    ]);
  });
});

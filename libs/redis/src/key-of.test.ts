import { describe, expect, it } from '@jest/globals';
import { keyOf } from './key-of.js';

const LENGTHY = 'x'.repeat(201);
const HASHED = /^orders:sha256:[\w-]{43}$/;

describe('the key of a mark', () => {
  it.each(['', 'a', ':', 'ключ', 'x'.repeat(200)])('is the mark itself for "%s"', (mark) => {
    expect(keyOf('orders', mark)).toBe(`orders:${mark}`);
  });

  it.each([LENGTHY, '\ud800', 'sha256:a'])('is its digest where it could be mistaken', (mark) => {
    expect(keyOf('orders', mark)).toMatch(HASHED);
  });

  it('tells apart what UTF-8 writes alike, and a mark from another’s digest', () => {
    const digest = keyOf('orders', LENGTHY).slice('orders:'.length);
    const marks = ['\ud800', '\ud801', '\ufffd', LENGTHY, digest];

    expect(new Set(marks.map((mark) => keyOf('orders', mark))).size).toBe(marks.length);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeProgress, encodeProgress, encodeWithin, type Progress } from './commit-metadata.js';

const NOTHING: Progress = { done: [], failures: new Map() };

const aProgress = fc
  .record({
    base: fc.nat(1_000_000_000),
    done: fc.uniqueArray(fc.integer({ min: 1, max: 20_000 }), { maxLength: 300 }),
    failures: fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 1_000 })), {
      maxLength: 10,
    }),
  })
  .map(({ base, done, failures }) => ({
    base,
    progress: {
      done: done.toSorted((a, b) => a - b).map((delta) => base + delta),
      failures: new Map(failures.map(([delta, times]) => [base + delta, times])),
    },
  }));

describe('commit metadata', () => {
  it('is empty if there is no progress', () => {
    expect(encodeProgress(7, NOTHING)).toBe('');
  });

  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(aProgress, ({ base, progress }) => {
        expect(decodeProgress(base, encodeProgress(base, progress))).toEqual(progress);
      }),
    );
  });

  it('is short for a poison message followed by thousands that are done', () => {
    const done = Array.from({ length: 10_000 }, (_, index) => 1_001 + index);

    expect(encodeProgress(1_000, { done, failures: new Map([[1_000, 4]]) }).length).toBeLessThan(
      40,
    );
  });

  it('is a bitmap if runs would be longer', () => {
    const everySecond = Array.from({ length: 4_000 }, (_, index) => 2 * index + 1);

    expect(encodeProgress(0, { done: everySecond, failures: new Map() }).length).toBeLessThan(
      1_400,
    );
  });

  it('leaves out the highest offsets if not all of them fit', () => {
    const done = Array.from({ length: 9_000 }, (_, index) => 3 * index + 1 + (index % 2));

    const text = encodeWithin(3_000, 0, { done, failures: new Map() });
    const read = decodeProgress(0, text);

    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(read.done.length).toBeGreaterThan(1_000);
    expect(read.done).toEqual(done.slice(0, read.done.length));
  });

  it.each([
    ['nothing', ''],
    ['the metadata of another tool', 'checkpoint=5'],
    ['a newer version', 'tl2:AAAA'],
    ['no base64', 'tl1:%%%%'],
    ['too little', 'tl1:AA'],
  ])('is ignored if it is %s', (_, text) => {
    expect(decodeProgress(7, text)).toEqual(NOTHING);
  });

  it('is ignored if it was written for another offset', () => {
    const text = encodeProgress(7, { done: [9], failures: new Map() });

    expect(decodeProgress(8, text)).toEqual(NOTHING);
  });

  it('is ignored if a single character has changed', () => {
    const text = encodeProgress(7, { done: [9, 10, 14], failures: new Map([[8, 2]]) });
    for (let at = 4; at < text.length - 1; at += 1) {
      const broken = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(decodeProgress(7, broken)).toEqual(NOTHING);
    }
  });

  it('never makes decoding throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeProgress(0, `tl1:${text}`)));
    fc.assert(
      fc.property(
        fc.uint8Array(),
        (bytes) => void decodeProgress(0, `tl1:${Buffer.from(bytes).toString('base64url')}`),
      ),
    );
  });

  it('written by version 1 is read by every version after it', () => {
    const recorded = 'tl1:QyNyNOgHAQIcBAEAAg';

    expect(decodeProgress(1_000, recorded)).toEqual({
      done: [1_002, 1_003, 1_004, 1_010],
      failures: new Map([[1_000, 2]]),
    });
  });
});

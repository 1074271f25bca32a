import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeCommit,
  encodeCommit,
  encodeCommitWithin,
  logDigest,
  newMark,
  type CommitRecord,
} from './commit-metadata.js';
import type { Progress } from './progress-bytes.js';

const NOTHING: Progress = { done: [], failures: new Map() };
const UNKNOWN: CommitRecord = {
  progress: NOTHING,
  mark: undefined,
  log: undefined,
  leaderEpoch: undefined,
};

const commitWith = (
  progress: Partial<Progress>,
  more: Partial<CommitRecord> = {},
): CommitRecord => ({
  ...UNKNOWN,
  ...more,
  progress: { ...NOTHING, ...progress },
});

const upTo = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index);

const aCommit = fc
  .record({
    base: fc.nat(1_000_000_000),
    done: fc.uniqueArray(fc.integer({ min: 1, max: 20_000 }), { maxLength: 300 }),
    failures: fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 1_000 })), {
      maxLength: 10,
    }),
    mark: fc.option(fc.constant(0).map(newMark), { nil: undefined }),
    log: fc.option(fc.string().map(logDigest), { nil: undefined }),
    leaderEpoch: fc.option(fc.nat(2 ** 31 - 1), { nil: undefined }),
  })
  .map(({ base, done, failures, ...more }) => ({
    base,
    commit: commitWith(
      {
        done: done.toSorted((a, b) => a - b).map((delta) => base + delta),
        failures: new Map(failures.map(([delta, times]) => [base + delta, times])),
      },
      more,
    ),
  }));

describe('commit metadata', () => {
  it('says who committed, and in which log, even without progress', () => {
    const commit = commitWith(
      {},
      { mark: newMark(), log: logDigest('cluster/topic'), leaderEpoch: 7 },
    );

    const text = encodeCommit(7, commit);

    expect(decodeCommit(7, text)).toEqual(commit);
    expect(text.length).toBeLessThan(50);
  });

  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(aCommit, ({ base, commit }) => {
        expect(decodeCommit(base, encodeCommit(base, commit))).toEqual(commit);
      }),
      { numRuns: 1_000, seed: 16 },
    );
  });

  it('is short for a poison message followed by thousands that are done', () => {
    const done = upTo(10_000).map((index) => 1_001 + index);
    const commit = commitWith({ done, failures: new Map([[1_000, 4]]) });

    expect(encodeCommit(1_000, commit).length).toBeLessThan(45);
  });

  it('is a bitmap if runs would be longer', () => {
    const everySecond = upTo(4_000).map((index) => 2 * index + 1);

    expect(encodeCommit(0, commitWith({ done: everySecond })).length).toBeLessThan(1_400);
  });

  it('leaves out the highest offsets if not all of them fit', () => {
    const done = upTo(9_000).map((index) => 3 * index + 1 + (index % 2));

    const text = encodeCommitWithin(3_000, 0, commitWith({ done }));
    const read = decodeCommit(0, text).progress;

    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(read.done.length).toBeGreaterThan(1_000);
    expect(read.done).toEqual(done.slice(0, read.done.length));
  });

  it('keeps what is done rather than the counts of 800 failed messages between', () => {
    const done = upTo(800).map((index) => 2 * index + 1);
    const failures = new Map(upTo(800).map((index) => [2 * index, 3]));

    const text = encodeCommitWithin(3_000, 0, commitWith({ done, failures }));
    const read = decodeCommit(0, text).progress;

    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(read.done).toEqual(done);
    expect(read.failures.size).toBeGreaterThan(100);
    expect([...read.failures.keys()]).toEqual(upTo(read.failures.size).map((index) => 2 * index));
  });

  it.each([
    ['nothing', ''],
    ['the metadata of another tool', 'checkpoint=5'],
    ['a newer version', 'tl3:AAAA'],
    ['no base64', 'tl2:%%%%'],
    ['too little', 'tl2:AA'],
  ])('is ignored if it is %s', (_, text) => {
    expect(decodeCommit(7, text)).toEqual(UNKNOWN);
  });

  it('is ignored if it was written for another offset', () => {
    const text = encodeCommit(7, commitWith({ done: [9] }));

    expect(decodeCommit(8, text)).toEqual(UNKNOWN);
  });

  it('is ignored if a single character has changed', () => {
    const text = encodeCommit(7, commitWith({ done: [9, 10, 14], failures: new Map([[8, 2]]) }));
    for (let at = 4; at < text.length - 1; at += 1) {
      const broken = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(decodeCommit(7, broken)).toEqual(UNKNOWN);
    }
  });

  it.each(['tl1:', 'tl2:'])('never makes decoding throw: %s', (version) => {
    fc.assert(fc.property(fc.string(), (text) => void decodeCommit(0, version + text)));
    fc.assert(
      fc.property(
        fc.uint8Array(),
        (bytes) => void decodeCommit(0, version + Buffer.from(bytes).toString('base64url')),
      ),
    );
  });

  it('written by version 1 is read by every version after it', () => {
    const recorded = 'tl1:QyNyNOgHAQIcBAEAAg';

    expect(decodeCommit(1_000, recorded)).toEqual(
      commitWith({ done: [1_002, 1_003, 1_004, 1_010], failures: new Map([[1_000, 2]]) }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCommit, encodeCommit } from './commit-metadata.js';
import { OffsetLedger } from './offset-ledger.js';

const aLedger = (offsets: readonly number[], start = 0): OffsetLedger => {
  const ledger = new OffsetLedger(start);
  for (const offset of offsets) ledger.begin(offset);
  return ledger;
};

describe('OffsetLedger', () => {
  it('has nothing to commit before a message is done', () => {
    const ledger = aLedger([5, 6], 5);

    expect(ledger.isDirty).toBe(false);
    expect(ledger.next).toBe(7);
  });

  it('commits the lowest offset that is not done', () => {
    const ledger = aLedger([0, 1, 2, 3]);

    ledger.done(1);
    ledger.done(3);
    expect(ledger.committable).toBe(0);
    ledger.done(0);
    expect(ledger.committable).toBe(2);
    ledger.done(2);
    expect(ledger.committable).toBe(4);
  });

  it('skips the gaps that compaction and transactions leave', () => {
    const ledger = aLedger([10, 17, 40], 10);

    ledger.done(10);
    expect(ledger.committable).toBe(17);
    ledger.done(40);
    ledger.done(17);
    expect(ledger.committable).toBe(41);
  });

  it('has nothing to commit once the broker has acknowledged it', () => {
    const ledger = aLedger([0]);
    ledger.done(0);

    expect(ledger.isDirty).toBe(true);
    ledger.wasCommitted(1, ledger.version);
    expect(ledger.isDirty).toBe(false);
  });

  it('has something to commit even if only the progress above has changed', () => {
    const ledger = aLedger([0, 1]);
    ledger.done(1);

    expect(ledger.isDirty).toBe(true);
    expect(ledger.committable).toBe(0);
    expect(ledger.progress.done).toEqual([1]);
  });

  it('skips what was done before a crash, and remembers failures', () => {
    const ledger = new OffsetLedger(10, { done: [12], failures: new Map([[10, 3]]) });

    expect([10, 11, 12].map((offset) => ledger.begin(offset))).toEqual([true, true, false]);
    expect(ledger.failuresOf(10)).toBe(3);
    ledger.done(10);
    ledger.done(11);
    expect(ledger.committable).toBe(13);
  });

  it('drops what retention removed before it was read again, and never reports progress below its commit', () => {
    const ledger = new OffsetLedger(100, { done: [105, 120, 300], failures: new Map([[110, 2]]) });

    ledger.begin(200);
    ledger.begin(300);
    ledger.begin(301);

    expect(ledger.committable).toBe(200);
    expect(ledger.progress).toEqual({ done: [300], failures: new Map() });
    const { committable, progress } = ledger;
    const commit = { progress, mark: 'bWFyay0x', log: undefined, leaderEpoch: 3 };
    expect(decodeCommit(committable, encodeCommit(committable, commit))).toEqual(commit);
  });

  it('remembers the failures of what was read and is not done if a gap follows', () => {
    const ledger = aLedger([0, 1]);
    ledger.failed(1, 3);

    ledger.begin(50);

    expect(ledger.failuresOf(1)).toBe(3);
  });

  it('has something to commit after a seek, before a message is done', () => {
    const ledger = OffsetLedger.movedTo(7);

    expect([ledger.isDirty, ledger.isMovePending, ledger.committable]).toEqual([true, true, 7]);
    ledger.begin(7);
    ledger.wasCommitted(7, ledger.version);
    expect([ledger.isDirty, ledger.isMovePending]).toEqual([false, false]);
  });

  it('predicts what a commit would contain if more were done', () => {
    const ledger = aLedger([0, 1, 2, 3, 4]);
    ledger.done(2);

    const predicted = ledger.commitWith([0, 1, 4]);
    for (const offset of [0, 1, 4]) ledger.done(offset);

    expect(predicted).toEqual({ offset: ledger.committable, progress: ledger.progress });
    expect(predicted).toEqual({ offset: 3, progress: { done: [4], failures: new Map() } });
  });

  it('skips to an offset before which nothing more can be read', () => {
    const ledger = new OffsetLedger(10, { done: [12], failures: new Map() });

    ledger.skipTo(20);
    ledger.skipTo(15);

    expect([ledger.next, ledger.committable]).toEqual([20, 20]);
    expect(ledger.progress.done).toEqual([]);
  });

  it('always commits the lowest offset that is not done, in whatever order messages end', () => {
    const order = fc
      .uniqueArray(fc.nat(3_000), { minLength: 1, maxLength: 60 })
      .map((offsets) => offsets.toSorted((a, b) => a - b))
      .chain((offsets) => fc.tuple(fc.constant(offsets), fc.shuffledSubarray(offsets)));
    fc.assert(
      fc.property(order, ([offsets, ended]) => {
        const ledger = aLedger(offsets);
        const open = new Set(offsets);
        for (const offset of ended) {
          ledger.done(offset);
          open.delete(offset);
          const lowestOpen = Math.min(...open, (offsets.at(-1) ?? 0) + 1);
          expect(ledger.committable).toBe(lowestOpen);
        }
      }),
    );
  });
});

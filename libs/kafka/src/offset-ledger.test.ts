import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OffsetLedger } from './offset-ledger.js';

const aLedger = (offsets: readonly number[], start = 0): OffsetLedger => {
  const ledger = new OffsetLedger(start);
  for (const offset of offsets) ledger.begin(offset);
  return ledger;
};

describe('OffsetLedger', () => {
  it('has nothing to commit before anything is done', () => {
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

  it('steps over the gaps that compaction and transactions leave', () => {
    const ledger = aLedger([10, 17, 40], 10);

    ledger.done(10);
    expect(ledger.committable).toBe(17);
    ledger.done(40);
    ledger.done(17);
    expect(ledger.committable).toBe(41);
  });

  it('is clean again once the broker has it', () => {
    const ledger = aLedger([0]);
    ledger.done(0);

    expect(ledger.isDirty).toBe(true);
    ledger.wasCommitted(1, ledger.version);
    expect(ledger.isDirty).toBe(false);
  });

  it('has something to commit also where only what is above has changed', () => {
    const ledger = aLedger([0, 1]);
    ledger.done(1);

    expect(ledger.isDirty).toBe(true);
    expect(ledger.committable).toBe(0);
    expect(ledger.progress.done).toEqual([1]);
  });

  it('lets nothing run again that was done in an earlier life, and remembers its failures', () => {
    const ledger = new OffsetLedger(10, { done: [12], failures: new Map([[10, 3]]) });

    expect([10, 11, 12].map((offset) => ledger.begin(offset))).toEqual([true, true, false]);
    expect(ledger.failuresOf(10)).toBe(3);
    ledger.done(10);
    ledger.done(11);
    expect(ledger.committable).toBe(13);
  });

  it('never lets an offset be committed that is not done, nor one behind it, in whatever order things end', () => {
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

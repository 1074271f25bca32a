import { describe, expect, it } from '@jest/globals';
import { longestGap } from './longest-gap.js';
import { Ledger } from './ledger.js';

/** A ledger with an effect at each of these times. */
function ledgerOf(...moments: readonly number[]): Ledger {
  const ledger = new Ledger();
  for (const at of moments)
    ledger.effects.set(`at ${at}`, [{ id: `at ${at}`, process: 'worker-1', attempt: 1, at }]);
  return ledger;
}

describe('the longest gap', () => {
  it('is the longest time between effects after the given time, whatever their order in the ledger', () => {
    expect(longestGap(ledgerOf(50, 10, 120, 60), 0)).toBe(60);
  });

  it('begins at the given time and ignores earlier effects', () => {
    expect(longestGap(ledgerOf(10, 500, 510), 100)).toBe(400);
  });

  it('is zero where there is no effect', () => {
    expect(longestGap(ledgerOf(10), 100)).toBe(0);
  });
});

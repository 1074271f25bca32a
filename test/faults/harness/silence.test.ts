import { describe, expect, it } from '@jest/globals';
import { longestSilence } from './silence.js';
import { Ledger } from './ledger.js';

/** A ledger with an effect at each of these moments. */
function ledgerOf(...moments: readonly number[]): Ledger {
  const ledger = new Ledger();
  for (const at of moments)
    ledger.effects.set(`at ${at}`, [{ id: `at ${at}`, process: 'worker-1', attempt: 1, at }]);
  return ledger;
}

describe('the longest silence', () => {
  it('is the widest gap between effects from a moment on, whatever their order in the ledger', () => {
    expect(longestSilence(ledgerOf(50, 10, 120, 60), 0)).toBe(60);
  });

  it('begins with that moment, and knows nothing of what was before', () => {
    expect(longestSilence(ledgerOf(10, 500, 510), 100)).toBe(400);
  });

  it('is none where nothing came', () => {
    expect(longestSilence(ledgerOf(10), 100)).toBe(0);
  });
});

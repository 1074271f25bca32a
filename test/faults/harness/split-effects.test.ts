import { describe, expect, it } from '@jest/globals';
import { Ledger } from './ledger.js';
import { splitEffects } from './split-effects.js';

describe('effects that a kill has split from their marks', () => {
  it('are those of the process that had its effect and not its mark', () => {
    const ledger = new Ledger();
    ledger.take('victim', { kind: 'ended', id: 'marked', attempt: 1 });
    ledger.take('victim', { kind: 'marked', id: 'marked' });
    ledger.take('victim', { kind: 'ended', id: 'split', attempt: 1 });
    ledger.take('other', { kind: 'ended', id: 'of another', attempt: 1 });

    expect([...splitEffects(ledger.entries, 'victim')]).toEqual(['split']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Ledger } from './ledger.js';
import { splitEffects } from './split-effects.js';

describe('effects that a kill has split from their idempotency entries', () => {
  it('are those of the process that had its effect and not written its entry', () => {
    const ledger = new Ledger();
    ledger.take('victim', { kind: 'ended', id: 'completed', attempt: 1 });
    ledger.take('victim', { kind: 'completed', id: 'completed' });
    ledger.take('victim', { kind: 'ended', id: 'split', attempt: 1 });
    ledger.take('other', { kind: 'ended', id: 'of another', attempt: 1 });

    expect([...splitEffects(ledger.entries, 'victim')]).toEqual(['split']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { longestWait } from './longest-wait.js';
import { Ledger } from './ledger.js';

describe('the longest wait', () => {
  it('is that of the message that had its first effect last after it was sent', () => {
    const ledger = new Ledger();
    const sent = { a: 100, b: 200 };
    for (const [id, at] of Object.entries(sent)) ledger.producedAt.set(id, at);
    const effect = (id: string, at: number) => ({ id, process: 'worker-1', attempt: 1, at });
    ledger.effects.set('a', [effect('a', 150), effect('a', 900)]);
    ledger.effects.set('b', [effect('b', 290)]);

    expect(longestWait(ledger)).toBe(90);
  });

  it('is zero where there is no effect', () => {
    expect(longestWait(new Ledger())).toBe(0);
  });
});

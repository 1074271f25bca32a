import { describe, expect, it } from '@jest/globals';
import { rowOf, type Round } from './row.js';
import type { Outcome } from './sample.js';

const did = (perSecond: number, cpuMicros = 10): Outcome => ({
  sample: { perSecond, cpuMicros, requestsPerMessage: null, peakMb: 70 },
});
const round = (outcomes: Readonly<Record<string, Outcome>>): Round =>
  new Map(Object.entries(outcomes));

describe('rowOf', () => {
  it('gives the medians of the rounds', () => {
    const rounds = [300, 100, 200].map((rate) => round({ ours: did(rate, rate / 10) }));

    expect(rowOf('tiny', 'ours', 'ours', rounds)).toEqual({
      scenario: 'tiny',
      candidate: 'ours',
      perSecond: 200,
      cpuMicros: 20,
      requestsPerMessage: null,
      peakMb: 70,
      ratio: 1,
      spread: 0.5,
      rounds: 3,
      problem: null,
    });
  });

  it('takes the ratio within each round, so that a slow hour of the machine does no harm', () => {
    const rounds = [
      round({ base: did(100), ours: did(200) }),
      round({ base: did(10), ours: did(20) }),
      round({ base: did(100), ours: did(190) }),
    ];

    expect(rowOf('tiny', 'ours', 'base', rounds).ratio).toBe(2);
  });

  it('has no figures, but a problem, where a single round went wrong', () => {
    const rounds = [
      round({ base: did(100), ours: did(200) }),
      round({ base: did(100), ours: { problem: 'handled 7 of 8 messages' } }),
    ];

    expect(rowOf('tiny', 'ours', 'base', rounds)).toMatchObject({
      perSecond: null,
      cpuMicros: null,
      ratio: null,
      problem: 'handled 7 of 8 messages',
    });
  });

  it('has no ratio where the baseline has no figures', () => {
    const rounds = [round({ base: { problem: 'broken' }, ours: did(200) })];

    expect(rowOf('tiny', 'ours', 'base', rounds)).toMatchObject({ perSecond: 200, ratio: null });
  });

  it('says so where a candidate did not run', () => {
    expect(rowOf('tiny', 'ours', 'base', [round({ base: did(1) })]).problem).toBe('not run');
  });
});

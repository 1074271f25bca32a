import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pace } from './pace.js';

describe('pace', () => {
  const turns: number[] = [];
  const takeTurns = async (turn: () => Promise<void>, count: number): Promise<void> => {
    for (let taken = 0; taken < count; taken += 1) {
      await turn();
      turns.push(Date.now());
    }
  };
  beforeEach(() => {
    turns.length = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lets everyone through at once where no rate was asked for', async () => {
    await takeTurns(pace(undefined, new AbortController().signal), 1_000);

    expect(turns).toHaveLength(1_000);
  });

  it('gives out so many turns a second', async () => {
    const began = Date.now();
    await takeTurns(pace(100, new AbortController().signal), 6);

    // A timer may fire a millisecond early, never more.
    expect((turns[5] ?? 0) - began).toBeGreaterThanOrEqual(45);
  });

  it('rejects once the signal has aborted, also one that waits', async () => {
    const stop = new AbortController();
    const turn = pace(0.001, stop.signal);
    await turn();
    const waiting = turn();
    stop.abort(new Error('enough'));

    await expect(waiting).rejects.toThrow();
    await expect(turn()).rejects.toThrow('enough');
  });
});

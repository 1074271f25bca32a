import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Standstill } from './standstill.js';

describe('Standstill', () => {
  let standstill: Standstill;
  beforeEach(() => {
    jest.useFakeTimers({ now: 1_000_000 });
    standstill = new Standstill();
  });
  afterEach(() => {
    standstill.close();
    jest.useRealTimers();
  });

  /** The clock goes on, and no timer runs. */
  const freeze = (milliseconds: number): void => {
    jest.setSystemTime(Date.now() + milliseconds);
  };

  it('takes an answer for as old as it is while the process runs', () => {
    const askedAt = Date.now();
    jest.advanceTimersByTime(20_000);

    expect(standstill.earliest(askedAt)).toBe(Date.now());
  });

  it('takes an answer for as old as the standstill that it may have lain through', () => {
    jest.advanceTimersByTime(5_000);
    const askedAt = Date.now();
    jest.advanceTimersByTime(3_000);
    const frozenAt = Date.now();
    freeze(9_000);

    expect(standstill.earliest(askedAt)).toBe(frozenAt);
  });

  it('does so also where its timer has run before the answer was read', () => {
    const askedAt = Date.now();
    const frozenAt = Date.now();
    freeze(9_000);
    jest.advanceTimersByTime(1_000);
    const read = standstill.earliest(askedAt);

    expect(read).toBe(frozenAt);
  });

  it('takes an answer for as old as it is that comes once the process has run again for a while', () => {
    const askedAt = Date.now();
    freeze(9_000);
    jest.advanceTimersByTime(3_000);

    expect(standstill.earliest(askedAt)).toBe(Date.now());
  });

  it('does not so for what was asked for after it', () => {
    freeze(9_000);
    jest.advanceTimersByTime(1_000);

    expect(standstill.earliest(Date.now())).toBe(Date.now());
  });
});

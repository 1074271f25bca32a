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

  /** Advances the clock without running timers. */
  const freeze = (milliseconds: number): void => {
    jest.setSystemTime(Date.now() + milliseconds);
  };

  it('returns the current time while the process runs', () => {
    const askedAt = Date.now();
    jest.advanceTimersByTime(20_000);

    expect(standstill.earliest(askedAt)).toBe(Date.now());
  });

  it('returns the beginning of a freeze during which the answer may have arrived', () => {
    jest.advanceTimersByTime(5_000);
    const askedAt = Date.now();
    jest.advanceTimersByTime(3_000);
    const frozenAt = Date.now();
    freeze(9_000);

    expect(standstill.earliest(askedAt)).toBe(frozenAt);
  });

  it('returns it even if the timer has run before the answer was read', () => {
    const askedAt = Date.now();
    const frozenAt = Date.now();
    freeze(9_000);
    jest.advanceTimersByTime(1_000);
    const read = standstill.earliest(askedAt);

    expect(read).toBe(frozenAt);
  });

  it('returns the current time once the process has run again for a while', () => {
    const askedAt = Date.now();
    freeze(9_000);
    jest.advanceTimersByTime(3_000);

    expect(standstill.earliest(askedAt)).toBe(Date.now());
  });

  it('returns the current time if the request was sent after the freeze', () => {
    freeze(9_000);
    jest.advanceTimersByTime(1_000);

    expect(standstill.earliest(Date.now())).toBe(Date.now());
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SessionWatch } from './session-watch.js';

describe('SessionWatch', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const expiries = (): { readonly watch: SessionWatch; readonly count: () => number } => {
    let count = 0;
    const watch = new SessionWatch(8_000, () => {
      count += 1;
    });
    return { watch, count: () => count };
  };

  it('reports once that no heartbeat was acknowledged for the session timeout', () => {
    const { watch, count } = expiries();
    watch.alive();
    jest.advanceTimersByTime(5_000);
    watch.alive();

    jest.advanceTimersByTime(7_999);
    expect(count()).toBe(0);
    jest.advanceTimersByTime(1);
    expect(count()).toBe(1);
    jest.advanceTimersByTime(60_000);
    expect(count()).toBe(1);
  });

  it('watches the next session after the first has expired', () => {
    const { watch, count } = expiries();
    watch.alive();
    jest.advanceTimersByTime(8_000);

    watch.alive();
    jest.advanceTimersByTime(8_000);

    expect(count()).toBe(2);
  });

  it('reports nothing after its end', () => {
    const { watch, count } = expiries();
    watch.alive();
    watch.end();
    watch.alive();

    jest.advanceTimersByTime(60_000);

    expect(count()).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ATTENTION_AFTER, BlockedWatch } from './blocked-watch.js';

describe('BlockedWatch', () => {
  const said: string[] = [];
  const health = {
    report: (who: string, what: string) => said.push(`${who}: ${what}`),
    clear: (who: string) => said.push(`${who} is clear`),
  };
  beforeEach(() => {
    jest.useFakeTimers();
    said.length = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('reports what has been blocked for 30 s, with the last reason', () => {
    const watch = new BlockedWatch(health, 'group "shop"');

    watch.blocked('a first reason');
    watch.blocked('denied');
    jest.advanceTimersByTime(ATTENTION_AFTER - 1);
    expect(said).toEqual([]);
    jest.advanceTimersByTime(1);

    expect(said).toEqual(['group "shop": denied']);
  });

  it('says nothing of what was blocked for a moment', () => {
    const watch = new BlockedWatch(health, 'group "shop"');

    watch.blocked('denied');
    jest.advanceTimersByTime(ATTENTION_AFTER - 1);
    watch.freed();
    jest.advanceTimersByTime(ATTENTION_AFTER);

    expect(said).toEqual(['group "shop" is clear']);
  });

  it('clears its report, once', () => {
    const watch = new BlockedWatch(health, 'group "shop"');

    watch.blocked('denied');
    jest.advanceTimersByTime(ATTENTION_AFTER);
    watch.freed();
    watch.freed();

    expect(said).toEqual(['group "shop": denied', 'group "shop" is clear']);
  });
});

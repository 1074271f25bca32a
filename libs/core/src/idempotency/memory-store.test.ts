import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { IdempotencyStore } from './idempotency-store.js';
import { memoryStore } from './memory-store.js';

const LONG = 3_600_000;

const claims = async (
  store: IdempotencyStore,
  ...marks: readonly string[]
): Promise<readonly string[]> => {
  const answers: string[] = [];
  for (const mark of marks) answers.push((await store.claim(mark, 'somebody else', 1)).kind);
  return answers;
};

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the store in memory, where it is full', () => {
  it('forgets what was done longest ago', async () => {
    const store = memoryStore({ max: 2 });
    await store.complete('first', LONG);
    jest.advanceTimersByTime(1);
    await store.complete('second', LONG * 2);
    jest.advanceTimersByTime(1);

    await store.complete('third', LONG);

    expect(await claims(store, 'third', 'second', 'first')).toEqual(['done', 'done', 'granted']);
  });

  it('takes it for new when it is done again', async () => {
    const store = memoryStore({ max: 2 });
    await store.complete('first', LONG);
    await store.complete('second', LONG);
    await store.complete('first', LONG);

    await store.complete('third', LONG);

    expect(await claims(store, 'first', 'third', 'second')).toEqual(['done', 'done', 'granted']);
  });

  it('forgets before it what has run out, though that be newer', async () => {
    const store = memoryStore({ max: 2 });
    await store.complete('old', LONG);
    await store.complete('short', 10);
    jest.advanceTimersByTime(10);

    await store.complete('new', LONG);

    expect(await claims(store, 'old', 'new', 'short')).toEqual(['done', 'done', 'granted']);
  });

  it('forgets nothing that is at work, and goes beyond its bound for it', async () => {
    const store = memoryStore({ max: 1 });
    await store.claim('at work', 'a', LONG);
    await store.claim('at work too', 'b', LONG);

    await store.complete('done', LONG);

    expect(await claims(store, 'at work', 'at work too')).toEqual(['leased', 'leased']);
    expect(await claims(store, 'done')).toEqual(['granted']);
  });
});

describe('the store in memory', () => {
  it('takes a mark for free from the very end of its lease on', async () => {
    const store = memoryStore();
    await store.claim('order', 'a', 1_000);

    jest.advanceTimersByTime(999);
    const before = await store.claim('order', 'b', 1_000);
    jest.advanceTimersByTime(1);

    expect(before).toEqual({ kind: 'leased', endsIn: 1 });
    expect(await store.claim('order', 'b', 1_000)).toEqual({ kind: 'granted' });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses to remember %d marks', (max) => {
    expect(() => memoryStore({ max })).toThrow(
      expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
    );
  });
});

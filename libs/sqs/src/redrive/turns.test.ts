import { describe, expect, it } from '@jest/globals';
import { inTurn } from './turns.js';

describe('inTurn', () => {
  it('yields items together whose turns come at once', async () => {
    const groups: (readonly number[])[] = [];

    for await (const group of inTurn([1, 2, 3], () => Promise.resolve())) groups.push(group);

    expect(groups).toEqual([[1, 2, 3]]);
  });

  it('lets no item wait for the turn of a later one', async () => {
    const turns = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const waiting = turns.map(({ promise }) => promise);
    const groups = inTurn(['a', 'b'], () => waiting.shift() ?? Promise.resolve());

    turns[0]?.resolve(undefined);
    const first = await groups.next();
    turns[1]?.resolve(undefined);
    const second = await groups.next();

    expect([first.value, second.value]).toEqual([['a'], ['b']]);
  });

  it('rejects if a turn is refused, and yields nothing more', async () => {
    const turns = [Promise.resolve(), Promise.reject(new Error('stopped'))];
    const groups = inTurn(['a', 'b'], () => turns.shift() ?? Promise.resolve());

    await expect(groups.next()).rejects.toThrow('stopped');
    await expect(groups.next()).resolves.toEqual({ done: true, value: undefined });
  });
});

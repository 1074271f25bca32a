import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { CurrentRun } from './current-run.js';
import { RunState } from './run-state.js';

describe('The current run', () => {
  it('is nobody outside of one, before and after', () => {
    const current = new CurrentRun();
    const run = new RunState(undefined);

    current.host(() => {
      expect(current.get()).toBeUndefined();
      expect(current.enter(run, () => current.get())).toBe(run);
      expect(current.get()).toBeUndefined();
    });
    expect(current.get()).toBeUndefined();
  });

  it('is seen behind an await, whichever others began in the same turn', async () => {
    const current = new CurrentRun();
    const runs = Array.from({ length: 6 }, () => new RunState(undefined));

    const late: Promise<RunState | undefined>[] = [];
    current.host(() => {
      for (const [index, run] of runs.entries()) {
        void current.enter(run, () => {
          if (index % 2 === 0) return undefined; // every other one ends at once
          const seen = turn().then(() => current.get());
          late.push(seen);
          return seen;
        });
      }
    });

    const seen = await Promise.all(late);
    expect(seen.map((run) => runs.findIndex((one) => one === run))).toEqual([1, 3, 5]);
  });

  it('is the inner one within another, and the outer one again afterwards', () => {
    const current = new CurrentRun();
    const [outer, inner] = [new RunState(undefined), new RunState(undefined)];

    current.host(() =>
      current.enter(outer, () => {
        expect(current.enter(inner, () => current.get())).toBe(inner);
        expect(current.get()).toBe(outer);
      }),
    );
  });

  it('is over where its work throws', () => {
    const current = new CurrentRun();

    current.host(() => {
      expect(() =>
        current.enter(new RunState(undefined), () => {
          throw new Error('no');
        }),
      ).toThrow('no');
      expect(current.get()).toBeUndefined();
    });
  });

  it('needs no place made for it', async () => {
    const current = new CurrentRun();
    const run = new RunState(undefined);

    expect(await current.enter(run, () => turn().then(() => current.get()))).toBe(run);
  });
});

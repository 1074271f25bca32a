import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { Delivery } from '../../delivery.js';
import { aDelivery } from '../delivery.fixture.js';
import { CurrentRun, freePlace } from './current-run.js';

describe('The current run', () => {
  it('is nobody outside of one, before and after', () => {
    const current = new CurrentRun();
    const run = aDelivery();

    current.run(freePlace(), () => {
      expect(current.get()).toBeUndefined();
      expect(current.enter(run, () => current.get())).toBe(run);
      expect(current.get()).toBeUndefined();
    });
    expect(current.get()).toBeUndefined();
  });

  it('is seen behind an await, whichever others began in the same turn', async () => {
    const current = new CurrentRun();
    const runs = Array.from({ length: 6 }, () => aDelivery());

    const late: Promise<Delivery | undefined>[] = [];
    current.run(freePlace(), () => {
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
    const [outer, inner] = [aDelivery(), aDelivery()];

    current.run(freePlace(), () =>
      current.enter(outer, () => {
        expect(current.enter(inner, () => current.get())).toBe(inner);
        expect(current.get()).toBe(outer);
      }),
    );
  });

  it('is over where its work throws', () => {
    const current = new CurrentRun();

    current.run(freePlace(), () => {
      expect(() =>
        current.enter(aDelivery(), () => {
          throw new Error('no');
        }),
      ).toThrow('no');
      expect(current.get()).toBeUndefined();
    });
  });

  it('needs no place made for it', async () => {
    const current = new CurrentRun();
    const run = aDelivery();

    expect(await current.enter(run, () => turn().then(() => current.get()))).toBe(run);
  });
});

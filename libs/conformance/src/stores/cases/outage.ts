import assert from 'node:assert/strict';
import { isUnavailable } from '#base';
import { type IdempotencyStore } from 'throughline';
import type { Outage } from '../contract.js';
import { LONG } from '../times.js';
import { trial, type StoreTrial } from '../trial.js';

const everyOperation = (store: IdempotencyStore, mark: string): readonly Promise<unknown>[] => [
  store.claim(mark, 'a', LONG),
  store.renew(mark, 'a', LONG),
  store.complete(mark, LONG),
  store.release(mark, 'a'),
];

/** What is asked of a store while what is behind it is away. */
export const outageTrial = (what: string, outage: Outage): StoreTrial =>
  trial(
    `is unavailable while what is behind it is ${what}, and goes on by itself afterwards`,
    async (bench) => {
      const [store, unused, closed] = [bench.store(), bench.store(), bench.store()];
      const done = bench.unique();
      await store.complete(done, LONG);
      await closed.claim(bench.unique(), 'a', LONG);

      await outage.begin();
      const during = await Promise.allSettled([
        ...everyOperation(store, bench.unique()),
        ...everyOperation(unused, bench.unique()),
      ]);
      await closed.close();
      await outage.end();

      for (const one of during) {
        assert.ok(one.status === 'rejected', 'it has answered during the outage');
        assert.ok(isUnavailable(one.reason), String(one.reason));
      }
      for (const after of [store, unused]) {
        const isDone = async (): Promise<boolean> => {
          try {
            return (await after.claim(done, bench.unique(), LONG)).kind === 'done';
          } catch (error) {
            assert.ok(isUnavailable(error), String(error));
            return false;
          }
        };
        await bench.until('it answers again, and knows what was done', isDone);
      }
    },
  );

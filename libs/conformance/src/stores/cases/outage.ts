import assert from 'node:assert/strict';
import { isUnavailable } from '#base';
import { type IdempotencyStore } from 'throughline';
import type { Outage } from '../contract.js';
import { LONG } from '../times.js';
import { storeCase, type StoreCase } from '../store-case.js';

const everyOperation = (store: IdempotencyStore, key: string): readonly Promise<unknown>[] => [
  store.claim(key, 'a', LONG),
  store.renew(key, 'a', LONG),
  store.complete(key, LONG),
  store.release(key, 'a'),
];

/** How a store behaves while its server is unavailable. */
export const outageCase = (what: string, outage: Outage): StoreCase =>
  storeCase(
    `is unavailable while its server is ${what}, and continues by itself afterwards`,
    async (fixture) => {
      const [store, unused, closed] = [fixture.store(), fixture.store(), fixture.store()];
      const done = fixture.unique();
      await store.complete(done, LONG);
      await closed.claim(fixture.unique(), 'a', LONG);

      await outage.begin();
      const during = await Promise.allSettled([
        ...everyOperation(store, fixture.unique()),
        ...everyOperation(unused, fixture.unique()),
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
            return (await after.claim(done, fixture.unique(), LONG)).kind === 'done';
          } catch (error) {
            assert.ok(isUnavailable(error), String(error));
            return false;
          }
        };
        await fixture.until('it answers again, and knows what was done', isDone);
      }
    },
  );

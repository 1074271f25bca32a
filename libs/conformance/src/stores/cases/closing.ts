import { storeCase, type StoreCase } from '../store-case.js';

/** These run last, because a suite whose stores cannot share entries has one store for all cases. */
export const closingCases: readonly StoreCase[] = [
  storeCase('can be closed twice, at once and one after another, used or not', async (fixture) => {
    const [used, unused] = [fixture.store(), fixture.store()];
    await used.claim(fixture.unique(), fixture.unique(), 1);

    for (const store of [used, unused]) {
      await Promise.all([store.close(), store.close()]);
      await store.close();
    }
  }),
];

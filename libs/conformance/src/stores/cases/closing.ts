import { trial, type StoreTrial } from '../trial.js';

/** The last of all: where stores cannot be shared, there is one for the whole suite. */
export const closingTrials: readonly StoreTrial[] = [
  trial('can be closed twice, at once and one after another, used or not', async (bench) => {
    const [used, unused] = [bench.store(), bench.store()];
    await used.claim(bench.unique(), bench.unique(), 1);

    for (const store of [used, unused]) {
      await Promise.all([store.close(), store.close()]);
      await store.close();
    }
  }),
];

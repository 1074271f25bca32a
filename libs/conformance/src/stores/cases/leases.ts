import assert from 'node:assert/strict';
import { LONG, SHORT } from '../times.js';
import { trial, type StoreTrial } from '../trial.js';

export const leaseTrials: readonly StoreTrial[] = [
  trial('gives to another what a lease has run out on', async (bench) => {
    const [store, mark] = [bench.store(), bench.unique()];
    await store.claim(mark, bench.unique(), SHORT);

    await bench.untilFree(bench.store(), mark);

    assert.equal((await store.claim(mark, bench.unique(), LONG)).kind, 'leased');
  }),
  trial('prolongs a lease from now on', async (bench) => {
    const [store, mark, holder] = [bench.store(), bench.unique(), bench.unique()];
    await store.claim(mark, holder, SHORT);

    const isRenewed = await store.renew(mark, holder, LONG);
    await bench.untilShortIsOver(store);

    assert.equal(isRenewed, true);
    assert.equal((await store.claim(mark, bench.unique(), LONG)).kind, 'leased');
  }),
  trial('prolongs one that has run out while nobody took the mark', async (bench) => {
    const [store, mark, holder] = [bench.store(), bench.unique(), bench.unique()];
    await store.claim(mark, holder, SHORT);
    await bench.untilShortIsOver(store);

    assert.equal(await store.renew(mark, holder, LONG), true);

    assert.equal((await store.claim(mark, bench.unique(), LONG)).kind, 'leased');
  }),
  trial('prolongs nothing that is another’s by now, and leaves it to the other', async (bench) => {
    const [store, mark] = [bench.store(), bench.unique()];
    const [former, present] = [bench.unique(), bench.unique()];
    await store.claim(mark, former, SHORT);
    await bench.untilShortIsOver(store);
    await store.claim(mark, present, LONG);

    const isRenewed = await bench.store().renew(mark, former, LONG);

    assert.equal(isRenewed, false);
    assert.equal(await store.renew(mark, present, LONG), true);
  }),
  trial('prolongs nothing that is done, and it stays done', async (bench) => {
    const [store, mark, holder] = [bench.store(), bench.unique(), bench.unique()];
    await store.claim(mark, holder, LONG);
    await bench.store().complete(mark, LONG);

    const isRenewed = await store.renew(mark, holder, LONG);

    assert.equal(isRenewed, false);
    assert.deepEqual(await store.claim(mark, holder, LONG), { kind: 'done' });
  }),
  trial('takes a lease back from its holder', async (bench) => {
    const [store, mark, holder] = [bench.store(), bench.unique(), bench.unique()];
    await store.claim(mark, holder, LONG);

    await store.release(mark, holder);

    assert.deepEqual(await bench.store().claim(mark, bench.unique(), LONG), { kind: 'granted' });
  }),
  trial('takes none back from anyone else', async (bench) => {
    const [store, mark, holder] = [bench.store(), bench.unique(), bench.unique()];
    await store.claim(mark, holder, LONG);

    await bench.store().release(mark, bench.unique());

    assert.equal((await store.claim(mark, bench.unique(), LONG)).kind, 'leased');
    assert.equal(await store.renew(mark, holder, LONG), true);
  }),
  trial('lets what is done be done, whoever gives a lease back', async (bench) => {
    const [store, mark, holder] = [bench.store(), bench.unique(), bench.unique()];
    await store.claim(mark, holder, LONG);
    await store.complete(mark, LONG);

    await store.release(mark, holder);

    assert.deepEqual(await store.claim(mark, bench.unique(), LONG), { kind: 'done' });
  }),
  trial('lets one give back what nobody holds', async (bench) => {
    const [store, mark] = [bench.store(), bench.unique()];

    await store.release(mark, bench.unique());

    assert.deepEqual(await store.claim(mark, bench.unique(), LONG), { kind: 'granted' });
  }),
];

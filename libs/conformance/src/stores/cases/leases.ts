import assert from 'node:assert/strict';
import { LONG, SHORT } from '../times.js';
import { storeCase, type StoreCase } from '../store-case.js';

export const leaseCases: readonly StoreCase[] = [
  storeCase('gives to another what a lease has run out on', async (fixture) => {
    const [store, key] = [fixture.store(), fixture.unique()];
    await store.claim(key, fixture.unique(), SHORT);

    await fixture.untilFree(fixture.store(), key);

    assert.equal((await store.claim(key, fixture.unique(), LONG)).kind, 'leased');
  }),
  storeCase('prolongs a lease from now on', async (fixture) => {
    const [store, key, holder] = [fixture.store(), fixture.unique(), fixture.unique()];
    await store.claim(key, holder, SHORT);

    const isRenewed = await store.renew(key, holder, LONG);
    await fixture.untilShortIsOver(store);

    assert.equal(isRenewed, true);
    assert.equal((await store.claim(key, fixture.unique(), LONG)).kind, 'leased');
  }),
  storeCase('prolongs one that has run out while nobody took the key', async (fixture) => {
    const [store, key, holder] = [fixture.store(), fixture.unique(), fixture.unique()];
    await store.claim(key, holder, SHORT);
    await fixture.untilShortIsOver(store);

    assert.equal(await store.renew(key, holder, LONG), true);

    assert.equal((await store.claim(key, fixture.unique(), LONG)).kind, 'leased');
  }),
  storeCase(
    'prolongs nothing that is another’s by now, and leaves it to the other',
    async (fixture) => {
      const [store, key] = [fixture.store(), fixture.unique()];
      const [former, present] = [fixture.unique(), fixture.unique()];
      await store.claim(key, former, SHORT);
      await fixture.untilShortIsOver(store);
      await store.claim(key, present, LONG);

      const isRenewed = await fixture.store().renew(key, former, LONG);

      assert.equal(isRenewed, false);
      assert.equal(await store.renew(key, present, LONG), true);
    },
  ),
  storeCase('prolongs nothing that is done, and it stays done', async (fixture) => {
    const [store, key, holder] = [fixture.store(), fixture.unique(), fixture.unique()];
    await store.claim(key, holder, LONG);
    await fixture.store().complete(key, LONG);

    const isRenewed = await store.renew(key, holder, LONG);

    assert.equal(isRenewed, false);
    assert.deepEqual(await store.claim(key, holder, LONG), { kind: 'done' });
  }),
  storeCase('takes a lease back from its holder', async (fixture) => {
    const [store, key, holder] = [fixture.store(), fixture.unique(), fixture.unique()];
    await store.claim(key, holder, LONG);

    await store.release(key, holder);

    assert.deepEqual(await fixture.store().claim(key, fixture.unique(), LONG), { kind: 'granted' });
  }),
  storeCase('takes none back from anyone else', async (fixture) => {
    const [store, key, holder] = [fixture.store(), fixture.unique(), fixture.unique()];
    await store.claim(key, holder, LONG);

    await fixture.store().release(key, fixture.unique());

    assert.equal((await store.claim(key, fixture.unique(), LONG)).kind, 'leased');
    assert.equal(await store.renew(key, holder, LONG), true);
  }),
  storeCase('lets what is done be done, whoever gives a lease back', async (fixture) => {
    const [store, key, holder] = [fixture.store(), fixture.unique(), fixture.unique()];
    await store.claim(key, holder, LONG);
    await store.complete(key, LONG);

    await store.release(key, holder);

    assert.deepEqual(await store.claim(key, fixture.unique(), LONG), { kind: 'done' });
  }),
  storeCase('lets one give back what nobody holds', async (fixture) => {
    const [store, key] = [fixture.store(), fixture.unique()];

    await store.release(key, fixture.unique());

    assert.deepEqual(await store.claim(key, fixture.unique(), LONG), { kind: 'granted' });
  }),
];

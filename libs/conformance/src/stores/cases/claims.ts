import assert from 'node:assert/strict';
import { LONG, SHORT } from '../times.js';
import { storeCase, type StoreCase } from '../store-case.js';

const STORES = 8;
const CLAIMS_EACH = 25;
const KEYS = 5;

export const claimCases: readonly StoreCase[] = [
  storeCase(
    'grants a key once, and reports to others how long the lease still is',
    async (fixture) => {
      const [store, other, key] = [fixture.store(), fixture.store(), fixture.unique()];

      const first = await store.claim(key, fixture.unique(), LONG);
      const second = await other.claim(key, fixture.unique(), LONG);

      assert.deepEqual(first, { kind: 'granted' });
      assert.equal(second.kind, 'leased');
      assert.ok(second.endsIn > LONG - 60_000 && second.endsIn <= LONG, String(second.endsIn));
    },
  ),
  storeCase(
    'grants it again to its holder, whom the first answer may not have reached',
    async (fixture) => {
      const [store, key, holder] = [fixture.store(), fixture.unique(), fixture.unique()];
      await store.claim(key, holder, SHORT);

      const again = await store.claim(key, holder, LONG);
      await fixture.untilShortIsOver(store);

      assert.deepEqual(again, { kind: 'granted' });
      assert.equal((await store.claim(key, fixture.unique(), LONG)).kind, 'leased');
    },
  ),
  storeCase('says of what is done that it is done, to anyone', async (fixture) => {
    const [store, other, key, holder] = [
      fixture.store(),
      fixture.store(),
      fixture.unique(),
      fixture.unique(),
    ];
    await store.claim(key, holder, LONG);

    await store.complete(key, LONG);

    assert.deepEqual(await store.claim(key, holder, LONG), { kind: 'done' });
    assert.deepEqual(await other.claim(key, fixture.unique(), LONG), { kind: 'done' });
  }),
  storeCase('keeps keys apart', async (fixture) => {
    const [store, done] = [fixture.store(), fixture.unique()];
    await store.complete(done, LONG);

    assert.deepEqual(await store.claim(fixture.unique(), fixture.unique(), LONG), {
      kind: 'granted',
    });
  }),
  storeCase(
    `grants each key once of ${STORES * CLAIMS_EACH} claims at the same time`,
    async (fixture) => {
      const stores = Array.from({ length: STORES }, () => fixture.store());
      const keys = Array.from({ length: KEYS }, () => fixture.unique());
      const claimAll = (key: string) =>
        Array.from({ length: CLAIMS_EACH }, () => stores)
          .flat()
          .map((store) => store.claim(key, fixture.unique(), LONG));

      const claims = await Promise.all(keys.map((key) => Promise.all(claimAll(key))));

      for (const ofOne of claims) {
        const kinds = ofOne.map(({ kind }) => kind);
        assert.equal(kinds.filter((kind) => kind === 'granted').length, 1);
        assert.equal(kinds.filter((kind) => kind === 'leased').length, STORES * CLAIMS_EACH - 1);
      }
    },
  ),
];

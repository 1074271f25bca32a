import assert from 'node:assert/strict';
import { LONG, SHORT } from '../times.js';
import { trial, type StoreTrial } from '../trial.js';

const STORES = 8;
const CLAIMS_EACH = 25;
const MARKS = 5;

export const claimTrials: readonly StoreTrial[] = [
  trial('grants a mark once, and tells others how long the lease still is', async (bench) => {
    const [store, other, mark] = [bench.store(), bench.store(), bench.unique()];

    const first = await store.claim(mark, bench.unique(), LONG);
    const second = await other.claim(mark, bench.unique(), LONG);

    assert.deepEqual(first, { kind: 'granted' });
    assert.equal(second.kind, 'leased');
    assert.ok(second.endsIn > LONG - 60_000 && second.endsIn <= LONG, String(second.endsIn));
  }),
  trial(
    'grants it again to its holder, whom the first answer may not have reached',
    async (bench) => {
      const [store, mark, holder] = [bench.store(), bench.unique(), bench.unique()];
      await store.claim(mark, holder, SHORT);

      const again = await store.claim(mark, holder, LONG);
      await bench.untilShortIsOver(store);

      assert.deepEqual(again, { kind: 'granted' });
      assert.equal((await store.claim(mark, bench.unique(), LONG)).kind, 'leased');
    },
  ),
  trial('says of what is done that it is done, to anyone', async (bench) => {
    const [store, other, mark, holder] = [
      bench.store(),
      bench.store(),
      bench.unique(),
      bench.unique(),
    ];
    await store.claim(mark, holder, LONG);

    await store.complete(mark, LONG);

    assert.deepEqual(await store.claim(mark, holder, LONG), { kind: 'done' });
    assert.deepEqual(await other.claim(mark, bench.unique(), LONG), { kind: 'done' });
  }),
  trial('keeps marks apart', async (bench) => {
    const [store, done] = [bench.store(), bench.unique()];
    await store.complete(done, LONG);

    assert.deepEqual(await store.claim(bench.unique(), bench.unique(), LONG), {
      kind: 'granted',
    });
  }),
  trial(
    `grants each mark once of ${STORES * CLAIMS_EACH} claims at the same time`,
    async (bench) => {
      const stores = Array.from({ length: STORES }, () => bench.store());
      const marks = Array.from({ length: MARKS }, () => bench.unique());
      const claimAll = (mark: string) =>
        Array.from({ length: CLAIMS_EACH }, () => stores)
          .flat()
          .map((store) => store.claim(mark, bench.unique(), LONG));

      const claims = await Promise.all(marks.map((mark) => Promise.all(claimAll(mark))));

      for (const ofOne of claims) {
        const kinds = ofOne.map(({ kind }) => kind);
        assert.equal(kinds.filter((kind) => kind === 'granted').length, 1);
        assert.equal(kinds.filter((kind) => kind === 'leased').length, STORES * CLAIMS_EACH - 1);
      }
    },
  ),
];

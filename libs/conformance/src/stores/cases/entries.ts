import assert from 'node:assert/strict';
import { LONG, SHORT } from '../times.js';
import { storeCase, type StoreCase } from '../store-case.js';

const LONG_TEXT = 'x'.repeat(10_000);

/** All different, some only slightly. */
const unusualKeys = (unique: string): readonly string[] =>
  [
    '',
    ' ',
    ':',
    '::',
    ':a',
    'a:',
    'a',
    'A',
    '\0',
    'a\0',
    'a\r\nDEL a',
    'a\tb',
    '\u007f',
    '*',
    '{a}',
    'sha256:a',
    '"a"',
    'ключ',
    '鍵',
    '👩‍🚀',
    'e\u0301',
    '\u00e9',
    '\ud800',
    '\ud801',
    '\ufffd',
    LONG_TEXT,
    `${LONG_TEXT}y`,
    'é'.repeat(5_000),
  ].flatMap((key) => [`${unique}:${key}`, `${key}:${unique}`]);

export const entryCases: readonly StoreCase[] = [
  storeCase('forgets what is done when its time is over', async (fixture) => {
    const [store, key] = [fixture.store(), fixture.unique()];
    await store.claim(key, fixture.unique(), LONG);

    await store.complete(key, SHORT);

    await fixture.untilFree(store, key);
  }),
  storeCase('remembers it beyond the lease under which it was done', async (fixture) => {
    const [store, key] = [fixture.store(), fixture.unique()];
    await store.claim(key, fixture.unique(), SHORT);
    await store.complete(key, LONG);

    await fixture.untilShortIsOver(store);

    assert.deepEqual(await store.claim(key, fixture.unique(), LONG), { kind: 'done' });
  }),
  storeCase(
    'accepts a completion from anyone, leased or not, any number of times',
    async (fixture) => {
      const [store, held, free] = [fixture.store(), fixture.unique(), fixture.unique()];
      await store.claim(held, fixture.unique(), LONG);

      for (const key of [held, free, free]) await fixture.store().complete(key, LONG);

      assert.deepEqual(await store.claim(held, fixture.unique(), LONG), { kind: 'done' });
      assert.deepEqual(await store.claim(free, fixture.unique(), LONG), { kind: 'done' });
    },
  ),
  storeCase('remembers for as long as the last completion says', async (fixture) => {
    const [store, key] = [fixture.store(), fixture.unique()];
    await store.complete(key, SHORT);
    await store.complete(key, LONG);

    await fixture.untilShortIsOver(store);

    assert.deepEqual(await store.claim(key, fixture.unique(), LONG), { kind: 'done' });
  }),
  storeCase(
    'distinguishes unusual keys: empty parts, control characters, any script, 10 kB',
    async (fixture) => {
      const [store, other] = [fixture.store(), fixture.store()];
      const keys = unusualKeys(fixture.unique());
      const claimAll = (from: typeof store) =>
        Promise.all(keys.map((key) => from.claim(key, fixture.unique(), LONG)));

      const granted = await claimAll(store);
      const leased = await claimAll(other);
      const [first, ...rest] = keys;
      for (const key of rest) await store.complete(key, LONG);
      const done = await claimAll(other);

      assert.ok(first !== undefined);
      assert.deepEqual(new Set(granted.map(({ kind }) => kind)), new Set(['granted']));
      assert.deepEqual(new Set(leased.map(({ kind }) => kind)), new Set(['leased']));
      assert.deepEqual(
        done.map(({ kind }) => kind),
        ['leased', ...rest.map(() => 'done')],
      );
    },
  ),
  storeCase('takes any text for a holder', async (fixture) => {
    const store = fixture.store();
    for (const holder of ['', 'done', 'held', 'a b\r\n\0', '👩‍🚀', LONG_TEXT]) {
      const key = fixture.unique();

      assert.deepEqual(await store.claim(key, holder, LONG), { kind: 'granted' });

      assert.equal(await store.renew(key, `${holder}2`, LONG), false);
      assert.equal(await store.renew(key, holder, LONG), true);
      await store.release(key, holder);
      assert.deepEqual(await store.claim(key, fixture.unique(), LONG), { kind: 'granted' });
    }
  }),
];

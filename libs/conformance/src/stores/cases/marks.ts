import assert from 'node:assert/strict';
import { LONG, SHORT } from '../times.js';
import { trial, type StoreTrial } from '../trial.js';

const LENGTHY = 'x'.repeat(10_000);

/** All different, some by little. */
const odd = (unique: string): readonly string[] =>
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
    LENGTHY,
    `${LENGTHY}y`,
    'é'.repeat(5_000),
  ].flatMap((mark) => [`${unique}:${mark}`, `${mark}:${unique}`]);

export const markTrials: readonly StoreTrial[] = [
  trial('forgets what is done when its time is over', async (bench) => {
    const [store, mark] = [bench.store(), bench.unique()];
    await store.claim(mark, bench.unique(), LONG);

    await store.complete(mark, SHORT);

    await bench.untilFree(store, mark);
  }),
  trial('remembers it beyond the lease under which it was done', async (bench) => {
    const [store, mark] = [bench.store(), bench.unique()];
    await store.claim(mark, bench.unique(), SHORT);
    await store.complete(mark, LONG);

    await bench.untilShortIsOver(store);

    assert.deepEqual(await store.claim(mark, bench.unique(), LONG), { kind: 'done' });
  }),
  trial('takes it for done from anyone, held or not, as often as it is told', async (bench) => {
    const [store, held, free] = [bench.store(), bench.unique(), bench.unique()];
    await store.claim(held, bench.unique(), LONG);

    for (const mark of [held, free, free]) await bench.store().complete(mark, LONG);

    assert.deepEqual(await store.claim(held, bench.unique(), LONG), { kind: 'done' });
    assert.deepEqual(await store.claim(free, bench.unique(), LONG), { kind: 'done' });
  }),
  trial('remembers for as long as it was told last', async (bench) => {
    const [store, mark] = [bench.store(), bench.unique()];
    await store.complete(mark, SHORT);
    await store.complete(mark, LONG);

    await bench.untilShortIsOver(store);

    assert.deepEqual(await store.claim(mark, bench.unique(), LONG), { kind: 'done' });
  }),
  trial(
    'knows odd marks from each other: empty parts, control characters, any script, 10 kB',
    async (bench) => {
      const [store, other] = [bench.store(), bench.store()];
      const marks = odd(bench.unique());
      const claimAll = (from: typeof store) =>
        Promise.all(marks.map((mark) => from.claim(mark, bench.unique(), LONG)));

      const granted = await claimAll(store);
      const leased = await claimAll(other);
      const [first, ...rest] = marks;
      for (const mark of rest) await store.complete(mark, LONG);
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
  trial('takes any text for a holder', async (bench) => {
    const store = bench.store();
    for (const holder of ['', 'done', 'held', 'a b\r\n\0', '👩‍🚀', LENGTHY]) {
      const mark = bench.unique();

      assert.deepEqual(await store.claim(mark, holder, LONG), { kind: 'granted' });

      assert.equal(await store.renew(mark, `${holder}2`, LONG), false);
      assert.equal(await store.renew(mark, holder, LONG), true);
      await store.release(mark, holder);
      assert.deepEqual(await store.claim(mark, bench.unique(), LONG), { kind: 'granted' });
    }
  }),
];

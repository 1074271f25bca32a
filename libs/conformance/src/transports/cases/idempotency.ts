import assert from 'node:assert/strict';
import { exponential } from '#base';
import { memoryStore } from 'throughline';
import { untilCounted } from '../fixture/until-counted.js';
import { items, type Item } from '../fixture/item.js';
import { testCase, type TestCase } from '../test-case.js';

const idempotent = { key: ({ id }: Item): string => id };

export const idempotencyCases: readonly TestCase[] = [
  testCase('acks what was done as a duplicate, and counts it', async (fixture) => {
    const app = await fixture.start(() => undefined, { idempotent, store: memoryStore() });

    await fixture.send({ id: 'a0', key: 'a' });
    await untilCounted([app], 'one done', ({ done }) => done === 1);
    await fixture.send({ id: 'a0', key: 'a' }, { id: 'a0', key: 'b' });
    await untilCounted([app], 'two duplicates', ({ duplicates }) => duplicates === 2);
    await app.close();

    assert.deepEqual(fixture.log.ids('begun'), ['a0']);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase(
    'lets a message that another run has leased wait in its lane, uncounted',
    async (fixture) => {
      const gate = fixture.gate();
      const app = await fixture.start(() => gate.pass(), {
        idempotent,
        store: memoryStore(),
        retry: { attempts: 1 },
        deadLetter: true,
      });

      await fixture.send(...['a', 'b', 'c'].map((key) => ({ id: 'same', key })));
      await fixture.log.until('one runs', () => fixture.log.of('begun').length === 1);
      await untilCounted([app], 'the others were held twice', ({ held }) => held >= 4);
      gate.open();
      const { done, deadLetters } = await untilCounted(
        [app],
        'the others are duplicates',
        ({ duplicates }) => duplicates === 2,
      );
      await app.close();

      assert.deepEqual([done, deadLetters], [1, 0]);
      assert.deepEqual(fixture.log.attempts('same'), [1]);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('runs again what has failed, although it was leased', async (fixture) => {
    const app = await fixture.start(
      (_, { attempt }) => {
        if (attempt === 1) throw new Error('once');
      },
      { idempotent, store: memoryStore(), retry: { backoff: exponential('100ms', '200ms') } },
    );

    await fixture.send({ id: 'a0', key: 'a' });
    await untilCounted([app], 'one done', ({ done }) => done === 1);
    await app.close();

    assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('shows a batch neither what was done nor what it holds twice', async (fixture) => {
    const app = await fixture.startBatches(
      { size: 20, within: '200ms' },
      (batch) => batch.each(() => undefined),
      { idempotent, store: memoryStore() },
    );
    const ten = items(10, 10);
    const again = ten.map(({ id }, at) => ({ id, key: `again${at}` }));

    await fixture.send(...ten, ...again);
    await untilCounted(
      [app],
      'all done',
      ({ done, duplicates }) => done === 10 && duplicates === 10,
    );
    await app.close();

    assert.deepEqual(fixture.log.ids('begun').toSorted(), ten.map(({ id }) => id).toSorted());
    assert.equal(await fixture.channel.unsettled(), 0);
  }),
];

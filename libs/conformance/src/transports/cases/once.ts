import assert from 'node:assert/strict';
import { exponential } from '#base';
import { memoryStore } from 'throughline';
import { counted } from '../counted.js';
import { items, type Item } from '../item.js';
import { play, type Play } from '../play.js';

const idempotent = { key: ({ id }: Item): string => id };

export const oncePlays: readonly Play[] = [
  play('acks what was done as a duplicate, and counts it', async (stage) => {
    const app = await stage.start(() => undefined, { idempotent, store: memoryStore() });

    await stage.send({ id: 'a0', key: 'a' });
    await counted([app], 'one done', ({ done }) => done === 1);
    await stage.send({ id: 'a0', key: 'a' }, { id: 'a0', key: 'b' });
    await counted([app], 'two duplicates', ({ duplicates }) => duplicates === 2);
    await app.close();

    assert.deepEqual(stage.chronicle.ids('begun'), ['a0']);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('has what another run is at wait in its lane, uncounted', async (stage) => {
    const gate = stage.gate();
    const app = await stage.start(() => gate.pass(), {
      idempotent,
      store: memoryStore(),
      retry: { attempts: 1 },
      deadLetter: true,
    });

    await stage.send(...['a', 'b', 'c'].map((key) => ({ id: 'same', key })));
    await stage.chronicle.until('one runs', () => stage.chronicle.of('begun').length === 1);
    await counted([app], 'the others were held twice', ({ held }) => held >= 4);
    gate.open();
    const { done, deadLetters } = await counted(
      [app],
      'the others are duplicates',
      ({ duplicates }) => duplicates === 2,
    );
    await app.close();

    assert.deepEqual([done, deadLetters], [1, 0]);
    assert.deepEqual(stage.chronicle.attempts('same'), [1]);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('runs again what has failed, although it was leased', async (stage) => {
    const app = await stage.start(
      (_, { attempt }) => {
        if (attempt === 1) throw new Error('once');
      },
      { idempotent, store: memoryStore(), retry: { backoff: exponential('100ms', '200ms') } },
    );

    await stage.send({ id: 'a0', key: 'a' });
    await counted([app], 'one done', ({ done }) => done === 1);
    await app.close();

    assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('shows a batch neither what was done nor what it holds twice', async (stage) => {
    const app = await stage.startBatches(
      { size: 20, within: '200ms' },
      (batch) => batch.each(() => undefined),
      { idempotent, store: memoryStore() },
    );
    const ten = items(10, 10);
    const again = ten.map(({ id }, at) => ({ id, key: `again${at}` }));

    await stage.send(...ten, ...again);
    await counted([app], 'all done', ({ done, duplicates }) => done === 10 && duplicates === 10);
    await app.close();

    assert.deepEqual(stage.chronicle.ids('begun').toSorted(), ten.map(({ id }) => id).toSorted());
    assert.equal(await stage.channel.unsettled(), 0);
  }),
];

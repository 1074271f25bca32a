import assert from 'node:assert/strict';
import { items } from '../item.js';
import { play, type Play } from '../play.js';
import { allNoted, firstTimeOf, noteAll, SOON } from './batch-notes.js';

export const orderedBatchPlays: readonly Play[] = [
  play(
    'skips the later ones of a failed one’s key, which run behind it, uncounted',
    async (stage) => {
      const isFirst = firstTimeOf('a1');
      await stage.send(...items(4, 1));
      await stage.startBatches(
        { size: 4, within: '500ms' },
        (batch) =>
          batch.each((item, { attempt }) => {
            stage.chronicle.add({ what: 'note', ...item, attempt });
            if (isFirst(item)) throw new Error('out of stock');
          }),
        { retry: SOON },
      );

      await allNoted(stage, 5);

      const worked = stage.chronicle.of('note').map(({ id, attempt }) => `${id}/${attempt}`);
      assert.deepEqual(worked, ['a0/1', 'a1/1', 'a1/2', 'a2/1', 'a3/1']);
    },
    { needs: ({ keyInBatch }) => keyInBatch, partitions: 1 },
  ),

  play(
    'gives back the later ones of a marked one’s key with it, in order and uncounted',
    async (stage) => {
      const isFirst = firstTimeOf('a0');
      await stage.send(...items(3, 1));
      const app = await stage.startBatches(
        { size: 3, within: '1s' },
        (batch) => {
          const [first] = batch;
          assert(first, 'a batch has a message');
          if (isFirst(first.message.payload)) batch.fail(first, new Error('out of stock'));
          else noteAll(stage, batch);
        },
        { retry: SOON, concurrency: 4 },
      );

      await allNoted(stage, 3);
      await app.close();

      const [, ...again] = stage.chronicle.ids('batch');
      assert.deepEqual(
        again.flatMap((ids) => ids.split(' ')),
        ['a0', 'a1', 'a2'],
      );
      assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
      for (const id of ['a1', 'a2'])
        assert.deepEqual([...new Set(stage.chronicle.attempts(id))], [1]);
      assert.equal(await stage.channel.unsettled(), 0);
    },
    { needs: ({ keyInBatch }) => keyInBatch, partitions: 1 },
  ),

  play(
    'has a key in one batch at a time',
    async (stage) => {
      await stage.send(...items(12, 1));
      await stage.startBatches(
        { size: 2, within: '100ms' },
        async (batch) => {
          await new Promise(setImmediate);
          noteAll(stage, batch);
        },
        { concurrency: 4 },
      );

      await allNoted(stage, 12);

      const inOrder = items(12, 1).map(({ id }) => id);
      assert.deepEqual(stage.chronicle.ids('begun'), inOrder);
      assert.deepEqual(stage.chronicle.ids('note'), inOrder);
      const happened = stage.chronicle.all.filter(
        ({ what }) => what === 'begun' || what === 'note',
      );
      const open = happened.map(({ what }) => (what === 'begun' ? 1 : -1));
      let inProgress = 0;
      for (const step of open) assert((inProgress += step) <= 2, 'two batches of one key at once');
    },
    { needs: ({ order }) => order, partitions: 1 },
  ),
];

import assert from 'node:assert/strict';
import { items } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';
import { untilHandled, firstTimeOf, recordHandled, SHORT_BACKOFF } from './handled-items.js';

export const orderedBatchCases: readonly TestCase[] = [
  testCase(
    'skips the later ones of a failed one’s key, which run behind it, uncounted',
    async (fixture) => {
      const isFirst = firstTimeOf('a1');
      await fixture.send(...items(4, 1));
      await fixture.startBatches(
        { size: 4, within: '500ms' },
        (batch) =>
          batch.each((item, { attempt }) => {
            fixture.log.add({ what: 'handled', ...item, attempt });
            if (isFirst(item)) throw new Error('out of stock');
          }),
        { retry: SHORT_BACKOFF },
      );

      await untilHandled(fixture, 5);

      const worked = fixture.log.of('handled').map(({ id, attempt }) => `${id}/${attempt}`);
      assert.deepEqual(worked, ['a0/1', 'a1/1', 'a1/2', 'a2/1', 'a3/1']);
    },
    { needs: ({ order, keyInBatch }) => order && keyInBatch, partitions: 1 },
  ),

  testCase(
    'gives back the later ones of a marked one’s key with it, in order and uncounted',
    async (fixture) => {
      const isFirst = firstTimeOf('a0');
      await fixture.send(...items(3, 1));
      const app = await fixture.startBatches(
        { size: 3, within: '1s' },
        (batch) => {
          const [first] = batch;
          assert(first, 'a batch has a message');
          if (isFirst(first.message.payload)) batch.fail(first, new Error('out of stock'));
          else recordHandled(fixture, batch);
        },
        { retry: SHORT_BACKOFF, concurrency: 4 },
      );

      await untilHandled(fixture, 3);
      await app.close();

      const [, ...again] = fixture.log.ids('batch');
      assert.deepEqual(
        again.flatMap((ids) => ids.split(' ')),
        ['a0', 'a1', 'a2'],
      );
      assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
      for (const id of ['a1', 'a2']) assert.deepEqual([...new Set(fixture.log.attempts(id))], [1]);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    { needs: ({ order, keyInBatch }) => order && keyInBatch, partitions: 1 },
  ),

  testCase(
    'has a key in one batch at a time',
    async (fixture) => {
      await fixture.send(...items(12, 1));
      await fixture.startBatches(
        { size: 2, within: '100ms' },
        async (batch) => {
          await new Promise(setImmediate);
          recordHandled(fixture, batch);
        },
        { concurrency: 4 },
      );

      await untilHandled(fixture, 12);

      const inOrder = items(12, 1).map(({ id }) => id);
      assert.deepEqual(fixture.log.ids('begun'), inOrder);
      assert.deepEqual(fixture.log.ids('handled'), inOrder);
      const happened = fixture.log.all.filter(({ what }) => what === 'begun' || what === 'handled');
      const open = happened.map(({ what }) => (what === 'begun' ? 1 : -1));
      let inProgress = 0;
      for (const step of open) assert((inProgress += step) <= 2, 'two batches of one key at once');
    },
    { needs: ({ order }) => order, partitions: 1 },
  ),
];

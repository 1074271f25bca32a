import assert from 'node:assert/strict';
import { items, rawOf, textOf } from '../item.js';
import { play, type Play } from '../play.js';
import type { Stage } from '../stage.js';
import { allNoted, firstTimeOf, noteAll, SOON } from './batch-notes.js';

/** The runs in their order, each with its attempt. */
const runs = ({ chronicle }: Stage): readonly string[] =>
  chronicle.of('begun').map(({ id, attempt }) => `${id}/${attempt}`);

const sizes = ({ chronicle }: Stage): readonly number[] =>
  chronicle.ids('batch').map((ids) => ids.split(' ').length);

export const batchPlays: readonly Play[] = [
  play('gathers as many as it may, or as there are', async (stage) => {
    const gate = stage.gate();
    await stage.send(...items(10, 10));
    const app = await stage.startBatches(
      { size: 4, within: '500ms' },
      async (batch) => {
        await gate.pass();
        noteAll(stage, batch);
      },
      { concurrency: 1 },
    );

    await stage.chronicle.until('a batch', () => stage.chronicle.of('batch').length === 1);
    gate.open();
    await allNoted(stage, 10);
    await stage.send({ id: 'alone', key: 'z' });
    await allNoted(stage, 11);
    await app.close();

    assert(Math.max(...sizes(stage)) <= 4, `batches of ${sizes(stage).join(', ')}`);
    assert(sizes(stage).includes(4), `batches of ${sizes(stage).join(', ')}`);
    assert.equal(sizes(stage).at(-1), 1);
    assert.equal(new Set(runs(stage)).size, 11);
    assert.equal(runs(stage).length, 11);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('runs again what fails in each, and nothing else', async (stage) => {
    const isFirst = firstTimeOf('c2');
    const app = await stage.startBatches(
      { size: 5, within: '500ms' },
      (batch) =>
        batch.each((item) => {
          if (isFirst(item)) throw new Error('out of stock');
          stage.chronicle.add({ what: 'note', ...item });
        }),
      { retry: SOON },
    );

    await stage.send(...items(5, 5));
    await allNoted(stage, 5);
    await app.close();

    assert.deepEqual(runs(stage).toSorted(), ['a0/1', 'b1/1', 'c2/1', 'c2/2', 'd3/1', 'e4/1']);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('runs again what is marked as failed, and nothing else', async (stage) => {
    const isFirst = firstTimeOf('c2');
    const app = await stage.startBatches(
      { size: 5, within: '500ms' },
      (batch) => {
        for (const delivery of batch) {
          if (isFirst(delivery.message.payload)) batch.fail(delivery, new Error('out of stock'));
          else stage.chronicle.add({ what: 'note', ...delivery.message.payload });
        }
      },
      { retry: SOON },
    );

    await stage.send(...items(5, 5));
    await allNoted(stage, 5);
    await app.close();

    assert.deepEqual(runs(stage).toSorted(), ['a0/1', 'b1/1', 'c2/1', 'c2/2', 'd3/1', 'e4/1']);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('runs all again where the handler throws', async (stage) => {
    const thrown = new Set<string>();
    const app = await stage.startBatches(
      { size: 3, within: '1s' },
      (batch) => {
        const fresh = [...batch].filter(({ message }) => !thrown.has(message.payload.id));
        for (const { message } of fresh) thrown.add(message.payload.id);
        if (fresh.length > 0) throw new Error('no ledger');
        noteAll(stage, batch);
      },
      { retry: { attempts: 5, ...SOON } },
    );

    await stage.send(...items(3, 3));
    await allNoted(stage, 3);
    await app.close();

    for (const { id } of items(3, 3)) assert(stage.chronicle.attempts(id).includes(2), id);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('does not run again what each has completed, though the handler throws', async (stage) => {
    const isFirst = firstTimeOf('b1');
    let throws = true;
    const app = await stage.startBatches(
      { size: 3, within: '1s' },
      async (batch) => {
        await batch.each((item) => {
          if (isFirst(item)) throw new Error('out of stock');
          stage.chronicle.add({ what: 'note', ...item });
        });
        if (throws) {
          throws = false;
          throw new Error('no ledger');
        }
      },
      { retry: SOON },
    );

    await stage.send(...items(3, 3));
    await allNoted(stage, 3);
    await app.close();

    assert.deepEqual(runs(stage).toSorted(), ['a0/1', 'b1/1', 'b1/2', 'c2/1']);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('buries what is invalid or exhausted, and brings the rest', async (stage) => {
    const app = await stage.startBatches(
      { size: 3, within: '500ms' },
      (batch) =>
        batch.each((item) => {
          if (item.id === 'b1') throw new Error('out of stock');
          stage.chronicle.add({ what: 'note', ...item });
        }),
      { retry: { attempts: 2, ...SOON }, deadLetter: true },
    );

    await stage.send(rawOf({ id: 'bad', key: 'x' }, { body: Buffer.from('no json') }));
    await stage.send(...items(3, 3));
    const letters = await stage.channel.deadLetters(2);
    await allNoted(stage, 2);
    await app.close();

    const bodies = letters.map(textOf).toSorted();
    assert.deepEqual(bodies, ['no json', JSON.stringify({ id: 'b1', key: 'b' })]);
    assert.deepEqual(stage.chronicle.attempts('b1'), [1, 2]);
    assert.equal(await stage.channel.unsettled(), 0);
  }),
];

import assert from 'node:assert/strict';
import { items, rawOf, textOf } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';
import type { Fixture } from '../../fixture/fixture.js';
import { untilHandled, firstTimeOf, recordHandled, SHORT_BACKOFF } from './handled-items.js';

/** All runs in order, each with its attempt. */
const runs = ({ log }: Fixture): readonly string[] =>
  log.of('begun').map(({ id, attempt }) => `${id}/${attempt}`);

const sizes = ({ log }: Fixture): readonly number[] =>
  log.ids('batch').map((ids) => ids.split(' ').length);

export const batchCases: readonly TestCase[] = [
  testCase('gathers as many as it may, or as there are', async (fixture) => {
    const gate = fixture.gate();
    await fixture.send(...items(10, 10));
    const app = await fixture.startBatches(
      { size: 4, within: '500ms' },
      async (batch) => {
        await gate.pass();
        recordHandled(fixture, batch);
      },
      { concurrency: 1 },
    );

    await fixture.log.until('a batch', () => fixture.log.of('batch').length === 1);
    gate.open();
    await untilHandled(fixture, 10);
    await fixture.send({ id: 'alone', key: 'z' });
    await untilHandled(fixture, 11);
    await app.close();

    assert(Math.max(...sizes(fixture)) <= 4, `batches of ${sizes(fixture).join(', ')}`);
    assert(sizes(fixture).includes(4), `batches of ${sizes(fixture).join(', ')}`);
    assert.equal(sizes(fixture).at(-1), 1);
    assert.equal(new Set(runs(fixture)).size, 11);
    assert.equal(runs(fixture).length, 11);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('runs again what fails in each, and nothing else', async (fixture) => {
    const isFirst = firstTimeOf('c2');
    const app = await fixture.startBatches(
      { size: 5, within: '500ms' },
      (batch) =>
        batch.each((item) => {
          if (isFirst(item)) throw new Error('out of stock');
          fixture.log.add({ what: 'handled', ...item });
        }),
      { retry: SHORT_BACKOFF },
    );

    await fixture.send(...items(5, 5));
    await untilHandled(fixture, 5);
    await app.close();

    assert.deepEqual(runs(fixture).toSorted(), ['a0/1', 'b1/1', 'c2/1', 'c2/2', 'd3/1', 'e4/1']);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('runs again what is marked as failed, and nothing else', async (fixture) => {
    const isFirst = firstTimeOf('c2');
    const app = await fixture.startBatches(
      { size: 5, within: '500ms' },
      (batch) => {
        for (const delivery of batch) {
          if (isFirst(delivery.message.payload)) batch.fail(delivery, new Error('out of stock'));
          else fixture.log.add({ what: 'handled', ...delivery.message.payload });
        }
      },
      { retry: SHORT_BACKOFF },
    );

    await fixture.send(...items(5, 5));
    await untilHandled(fixture, 5);
    await app.close();

    assert.deepEqual(runs(fixture).toSorted(), ['a0/1', 'b1/1', 'c2/1', 'c2/2', 'd3/1', 'e4/1']);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('runs all again where the handler throws', async (fixture) => {
    const thrown = new Set<string>();
    const app = await fixture.startBatches(
      { size: 3, within: '1s' },
      (batch) => {
        const fresh = [...batch].filter(({ message }) => !thrown.has(message.payload.id));
        for (const { message } of fresh) thrown.add(message.payload.id);
        if (fresh.length > 0) throw new Error('no ledger');
        recordHandled(fixture, batch);
      },
      { retry: { attempts: 5, ...SHORT_BACKOFF } },
    );

    await fixture.send(...items(3, 3));
    await untilHandled(fixture, 3);
    await app.close();

    for (const { id } of items(3, 3)) assert(fixture.log.attempts(id).includes(2), id);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase(
    'does not run again what each has completed, though the handler throws',
    async (fixture) => {
      const isFirst = firstTimeOf('b1');
      let throws = true;
      const app = await fixture.startBatches(
        { size: 3, within: '1s' },
        async (batch) => {
          await batch.each((item) => {
            if (isFirst(item)) throw new Error('out of stock');
            fixture.log.add({ what: 'handled', ...item });
          });
          if (throws) {
            throws = false;
            throw new Error('no ledger');
          }
        },
        { retry: SHORT_BACKOFF },
      );

      await fixture.send(...items(3, 3));
      await untilHandled(fixture, 3);
      await app.close();

      assert.deepEqual(runs(fixture).toSorted(), ['a0/1', 'b1/1', 'b1/2', 'c2/1']);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('dead-letters what is invalid or exhausted, and delivers the rest', async (fixture) => {
    const app = await fixture.startBatches(
      { size: 3, within: '500ms' },
      (batch) =>
        batch.each((item) => {
          if (item.id === 'b1') throw new Error('out of stock');
          fixture.log.add({ what: 'handled', ...item });
        }),
      { retry: { attempts: 2, ...SHORT_BACKOFF }, deadLetter: true },
    );

    await fixture.send(rawOf({ id: 'bad', key: 'x' }, { body: Buffer.from('no json') }));
    await fixture.send(...items(3, 3));
    const deadLetters = await fixture.channel.deadLetters(2);
    await untilHandled(fixture, 2);
    await app.close();

    const bodies = deadLetters.map(textOf).toSorted();
    assert.deepEqual(bodies, ['no json', JSON.stringify({ id: 'b1', key: 'b' })]);
    assert.deepEqual(fixture.log.attempts('b1'), [1, 2]);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),
];

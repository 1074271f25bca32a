import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { topic } from 'throughline/kafka';
import { Reject } from 'throughline';
import { counted } from '../counted.js';
import { routedControllerOf, tombstoneControllerOf } from '../handler-class.js';
import { Item, items } from '../item.js';
import { play, type Play } from '../play.js';
import type { App, Stage } from '../stage.js';

/** Starts an application with a handler for `a…` and `ab…` and one for `b…`; what each has taken is a note. */
const startRouted = (
  stage: Stage,
  unmatched: 'ack' | 'deadLetter',
  handle: (route: string, item: Item) => unknown = () => undefined,
): Promise<App> =>
  stage.startWith(
    routedControllerOf(
      stage.items,
      [
        { takes: 'a', unmatched, deadLetter: true },
        { takes: 'b', unmatched },
      ],
      (route, item, delivery) =>
        stage.recorded(item, delivery, () => {
          stage.chronicle.add({ what: 'note', id: `${route} ${item.id}` });
          return handle(route, item);
        }),
    ),
  );

export const routingPlays: readonly Play[] = [
  play(
    'gives a message to the handler that wants it, and acks what nobody wants',
    async (stage) => {
      const app = await startRouted(stage, 'ack');

      await stage.send(...items(9, 3)); // a0, b1, c2, a3 …
      const counts = await counted(
        [app],
        'all of them',
        ({ done, unmatched }) => done + unmatched === 9,
      );
      const states = await app.control.handlers();
      await app.close();

      assert.deepEqual([counts.done, counts.unmatched], [6, 3]);
      assert.deepEqual(
        states.map(({ handler, counts: { done } }) => [handler, done]),
        [
          ['Routed.first', 3],
          ['Routed.second', 3],
        ],
      );
      assert.deepEqual(stage.chronicle.ids('note').toSorted(), [
        'first a0',
        'first a3',
        'first a6',
        'second b1',
        'second b4',
        'second b7',
      ]);
      assert.equal(await stage.channel.unsettled(), 0);
    },
  ),

  play('keeps what nobody wants as dead letters where that was asked for', async (stage) => {
    const app = await startRouted(stage, 'deadLetter');

    await stage.send({ id: 'a0', key: 'k' }, { id: 'c1', key: 'k' }, { id: 'b2', key: 'k' });
    const [letter, ...others] = await stage.channel.deadLetters(1);
    await counted([app], 'the others', ({ done }) => done === 2);
    await app.close();

    assert.deepEqual(others, []);
    const note = JSON.parse(String(letter?.headers[DEAD_LETTER_HEADER])) as { reason?: string };
    assert.equal(note.reason, 'unmatched');
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play(
    'keeps the order of a key over all handlers of the channel',
    async (stage) => {
      const app = await startRouted(stage, 'ack', () => new Promise(setImmediate));
      const mixed = Array.from({ length: 20 }, (_, at) => {
        return { id: `${at % 2 === 0 ? 'a' : 'b'}${at}`, key: 'k' };
      });

      await stage.send(...mixed);
      await counted([app], 'all of them', ({ done }) => done === mixed.length);
      await app.close();

      assert.deepEqual(
        stage.chronicle.ids('begun'),
        mixed.map(({ id }) => id),
      );
      assert.equal(stage.chronicle.mostAtOnce(), 1);
    },
    { needs: ({ order }) => order },
  ),

  play('judges a failure by the options of the handler that took the message', async (stage) => {
    const app = await startRouted(stage, 'ack', () => {
      throw new Reject('never');
    });

    await stage.send({ id: 'a0', key: 'a' });
    const [letter] = await stage.channel.deadLetters(1);
    await app.close();

    const note = JSON.parse(String(letter?.headers[DEAD_LETTER_HEADER])) as { handler?: string };
    assert.equal(note.handler, 'Routed.first');
  }),

  play(
    'hands a tombstone through as null, with its key',
    async (stage) => {
      const channel = topic(stage.channel.name, {
        schema: Item,
        key: ({ key }) => key,
        tombstones: true,
      });
      const controller = tombstoneControllerOf(channel, (item, key) => {
        stage.chronicle.add({ what: 'note', id: `${item?.id ?? 'null'} ${key ?? ''}` });
      });
      const app = await stage.startWith(controller);

      await app.publisher.publish(channel, { id: 'a0', key: 'a' });
      await app.publisher.publish(channel, null, { key: 'a' });
      await stage.chronicle.until('both', () => stage.chronicle.of('note').length === 2);
      const keyless = await app.publisher.publish(channel, null).catch((error: unknown) => error);
      await app.close();

      assert.deepEqual(stage.chronicle.ids('note'), ['a0 a', 'null a']);
      assert.equal((keyless as { code?: string }).code, 'TL_KEY_MISSING');
      assert.equal(await stage.channel.unsettled(), 0);
    },
    { needs: ({ kind }) => kind === 'topic' },
  ),
];

import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { Reject } from 'throughline';
import { untilCounted } from '../fixture/until-counted.js';
import { routedControllerOf, tombstoneControllerOf } from '../fixture/handler-class.js';
import { Item, items } from '../fixture/item.js';
import { testCase, type TestCase } from '../test-case.js';
import type { App, Fixture } from '../fixture/fixture.js';

/** Starts an application with a handler for `a…` and one for `b…`, and records what each has handled. */
const startRouted = (
  fixture: Fixture,
  unmatched: 'ack' | 'deadLetter',
  handle: (route: string, item: Item) => unknown = () => undefined,
): Promise<App> =>
  fixture.startWith(
    routedControllerOf(
      fixture.items,
      [
        { idPrefix: 'a', unmatched, deadLetter: true },
        { idPrefix: 'b', unmatched },
      ],
      (route, item, delivery) =>
        fixture.recorded(item, delivery, () => {
          fixture.log.add({ what: 'handled', id: `${route} ${item.id}` });
          return handle(route, item);
        }),
    ),
  );

export const routingCases: readonly TestCase[] = [
  testCase(
    'gives a message to the handler that wants it, and acks what nobody wants',
    async (fixture) => {
      const app = await startRouted(fixture, 'ack');

      await fixture.send(...items(9, 3)); // a0, b1, c2, a3 …
      const counts = await untilCounted(
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
      assert.deepEqual(fixture.log.ids('handled').toSorted(), [
        'first a0',
        'first a3',
        'first a6',
        'second b1',
        'second b4',
        'second b7',
      ]);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('keeps what nobody wants as dead letters where that was asked for', async (fixture) => {
    const app = await startRouted(fixture, 'deadLetter');

    await fixture.send({ id: 'a0', key: 'k' }, { id: 'c1', key: 'k' }, { id: 'b2', key: 'k' });
    const [deadLetter, ...others] = await fixture.channel.deadLetters(1);
    await untilCounted([app], 'the others', ({ done }) => done === 2);
    await app.close();

    assert.deepEqual(others, []);
    const header = JSON.parse(String(deadLetter?.headers[DEAD_LETTER_HEADER])) as {
      reason?: string;
    };
    assert.equal(header.reason, 'unmatched');
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase(
    'keeps the order of a key over all handlers of the channel',
    async (fixture) => {
      const app = await startRouted(fixture, 'ack', () => new Promise(setImmediate));
      const mixed = Array.from({ length: 20 }, (_, at) => {
        return { id: `${at % 2 === 0 ? 'a' : 'b'}${at}`, key: 'k' };
      });

      await fixture.send(...mixed);
      await untilCounted([app], 'all of them', ({ done }) => done === mixed.length);
      await app.close();

      assert.deepEqual(
        fixture.log.ids('begun'),
        mixed.map(({ id }) => id),
      );
      assert.equal(fixture.log.maxConcurrent(), 1);
    },
    { needs: ({ order }) => order },
  ),

  testCase(
    'classifies a failure by the options of the handler that took the message',
    async (fixture) => {
      const app = await startRouted(fixture, 'ack', () => {
        throw new Reject('never');
      });

      await fixture.send({ id: 'a0', key: 'a' });
      const [deadLetter] = await fixture.channel.deadLetters(1);
      await app.close();

      const header = JSON.parse(String(deadLetter?.headers[DEAD_LETTER_HEADER])) as {
        handler?: string;
      };
      assert.equal(header.handler, 'Routed.first');
    },
  ),

  testCase(
    'hands a tombstone through as null, with its key',
    async (fixture) => {
      const channel = fixture.api.tombstones?.(fixture.channel.name, {
        schema: Item,
        key: ({ key }) => key,
      });
      assert(channel, 'the transport has tombstones');
      const controller = tombstoneControllerOf(channel, (item, key) => {
        fixture.log.add({ what: 'handled', id: `${item?.id ?? 'null'} ${key ?? ''}` });
      });
      const app = await fixture.startWith(controller);

      await app.publisher.publish(channel, { id: 'a0', key: 'a' });
      await app.publisher.publish(channel, null, { key: 'a' });
      await fixture.log.until('both', () => fixture.log.of('handled').length === 2);
      const keyless = await app.publisher.publish(channel, null).catch((error: unknown) => error);
      await app.close();

      assert.deepEqual(fixture.log.ids('handled'), ['a0 a', 'null a']);
      assert.equal((keyless as { code?: string }).code, 'TL_KEY_MISSING');
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    { needs: (_, { tombstones }) => tombstones !== undefined },
  ),
];

import assert from 'node:assert/strict';
import { ThroughlineError } from '#base';
import { publishedBody, type Codec } from 'throughline/transport';
import { Reject } from 'throughline';
import { deadLetterHeaderOf } from '../fixture/dead-letter-header.js';
import { controllerOf, type ItemChannel } from '../fixture/handler-class.js';
import { Item } from '../fixture/item.js';
import type { Fixture } from '../fixture/fixture.js';
import { testCase, type TestCase } from '../test-case.js';

const inverted = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => ~byte));

/** JSON with all bits inverted, so that no body is text. It answers later, as a codec that asks a schema registry does. */
const invertedJson: Codec<Item> = {
  name: 'inverted',
  encode: (item) => Promise.resolve(inverted(Buffer.from(JSON.stringify(item)))),
  decode: (bytes) => Promise.resolve(JSON.parse(inverted(bytes).toString())),
};

const channelWith = (fixture: Fixture, codec: Codec<Item>): ItemChannel =>
  fixture.api.channel(fixture.channel.name, { schema: Item, key: ({ key }) => key, codec });

export const codecCases: readonly TestCase[] = [
  testCase(
    'brings what a codec writes, whatever its bytes, and keeps them in a dead letter',
    async (fixture) => {
      const channel = channelWith(fixture, invertedJson);
      const sent = ['a', 'b', 'c'].map((key) => ({ id: `${key}0`, key }));
      const controller = controllerOf(channel, { deadLetter: true }, (item, delivery) =>
        fixture.recorded(item, delivery, ({ key }) => {
          if (key === 'b') throw new Reject('not this one');
        }),
      );
      const app = await fixture.startWith(controller);

      await app.publisher.publishAll(channel, sent, { headers: { source: 'test' } });
      const deadLetters = await fixture.channel.deadLetters(1);
      await fixture.log.until('the others', () => fixture.log.of('done').length === 2);
      await app.close();

      assert.deepEqual(fixture.log.ids('begun').toSorted(), ['a0', 'b0', 'c0']);
      assert.deepEqual(
        deadLetters.map(({ body, headers }) => inverted(publishedBody(body, headers)).toString()),
        [JSON.stringify({ id: 'b0', key: 'b' })],
      );
      assert.equal(String(deadLetters[0]?.headers.source), 'test');
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('makes a dead letter of what its codec cannot decode', async (fixture) => {
    const channel = channelWith(fixture, invertedJson);
    const controller = controllerOf(channel, { deadLetter: true }, (item, delivery) =>
      fixture.recorded(item, delivery, () => undefined),
    );
    const app = await fixture.startWith(controller);

    await fixture.send({ id: 'a0', key: 'a' });
    await app.publisher.publish(channel, { id: 'a1', key: 'a' });
    const [deadLetter] = await fixture.channel.deadLetters(1);
    await fixture.log.until('the good one', () => fixture.log.of('done').length === 1);
    await app.close();

    assert(deadLetter !== undefined);
    const { reason, attempts, error } = deadLetterHeaderOf(deadLetter);
    assert.deepEqual([reason, attempts, error?.name], ['invalid', 1, 'TL_BODY_UNDECODABLE']);
    assert.deepEqual(fixture.log.ids('begun'), ['a1']);
  }),

  testCase(
    'waits for a codec whose service does not answer, and counts no attempt',
    async (fixture) => {
      let refusals = 3;
      const channel = channelWith(fixture, {
        ...invertedJson,
        decode: (bytes, context) => {
          refusals -= 1;
          if (refusals >= 0)
            throw new ThroughlineError('TL_TEST_UNAVAILABLE', 'The registry does not answer.');
          return invertedJson.decode(bytes, context);
        },
      });
      const settings = { deadLetter: true, retry: { attempts: 1 } };
      const controller = controllerOf(channel, settings, (item, delivery) =>
        fixture.recorded(item, delivery, () => undefined),
      );
      const app = await fixture.startWith(controller);

      await app.publisher.publish(channel, { id: 'a0', key: 'a' });
      await fixture.log.until('it is handled', () => fixture.log.of('done').length === 1);
      const deadLetters = await fixture.channel.deadLetters(0);
      await app.close();

      assert.deepEqual(deadLetters, []);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase(
    'refuses what its codec cannot encode, with a code, and sends nothing',
    async (fixture) => {
      const unwritable: Codec<Item> = {
        ...invertedJson,
        encode: () => Promise.reject(new Error('no schema')),
      };
      const channel = channelWith(fixture, unwritable);
      const app = await fixture.start(() => undefined);

      const published = app.publisher.publish(channel, { id: 'a0', key: 'a' });

      await assert.rejects(published, { code: 'TL_MESSAGE_INVALID' });
      await app.close();
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),
];

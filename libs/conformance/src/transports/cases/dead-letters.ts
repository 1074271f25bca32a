import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { exponential } from '#base';
import { Reject } from 'throughline';
import type { RawMessage } from '../contract.js';
import { items, rawOf, textOf } from '../item.js';
import { play, type Play } from '../play.js';
import type { Stage } from '../stage.js';

const SOON = exponential('100ms', '200ms');

/** What the header `dead-letter` says. */
interface Note {
  readonly source?: string;
  readonly handler?: string;
  readonly reason?: string;
  readonly attempts?: number;
  readonly time?: string;
  readonly error?: { readonly name?: string; readonly message?: string };
}

const noteOf = ({ headers }: RawMessage): Note =>
  JSON.parse(String(headers[DEAD_LETTER_HEADER])) as Note;

/** Headers without the one that a dead letter gets, as plain bytes: text is text on one broker and bytes on another. */
const ownHeaders = ({ headers }: Pick<RawMessage, 'headers'>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== DEAD_LETTER_HEADER)
      .map(([name, value]) => [name, Buffer.from(value as string).toString('hex')]),
  );

/** How often the log says that a dead letter of this channel could not be stored. */
const storesRefused = ({ chronicle, channel }: Stage): number =>
  chronicle
    .ids('log')
    .filter((line) => line.includes('could not store') && line.includes(channel.name)).length;

const reject = (): never => {
  throw new Reject('more than there ever was');
};

export const deadLetterPlays: readonly Play[] = [
  play(
    'keeps what has failed as often as it may, with its cause, bytes and headers',
    async (stage) => {
      const body = Buffer.from('{"key":"a",   "id":"a0",\n"more":"ünïcödé"}');
      const headers = { word: 'ünïcödé', bytes: Uint8Array.from([0, 128, 255]) };
      const app = await stage.start(
        () => {
          throw new TypeError('out of stock');
        },
        { retry: { attempts: 3, backoff: SOON }, deadLetter: true },
      );

      await stage.send(rawOf({ id: 'a0', key: 'a' }, { body, headers }));
      const [letter, ...others] = await stage.channel.deadLetters(1);
      await app.close();

      assert(letter, 'there is a dead letter');
      assert.deepEqual(others, []);
      assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2, 3]);
      assert.equal(Buffer.from(letter.body).toString('hex'), body.toString('hex'));
      assert.deepEqual(ownHeaders(letter), ownHeaders({ headers }));
      if (stage.features.order) assert.equal(letter.key, 'a');
      const { source, handler, reason, attempts, time, error } = noteOf(letter);
      assert(source?.startsWith(stage.channel.name), source);
      assert.deepEqual([handler, reason, attempts], ['Items.handle', 'exhausted', 3]);
      assert.deepEqual(error, { name: 'TypeError', message: 'out of stock' });
      assert(Number.isFinite(Date.parse(time ?? '')), time);
      assert.equal(await stage.channel.unsettled(), 0);
    },
  ),

  play('keeps what is rejected at once', async (stage) => {
    const app = await stage.start(reject, { deadLetter: true });

    await stage.send({ id: 'a0', key: 'a' });
    const [letter, ...others] = await stage.channel.deadLetters(1);
    await app.close();

    assert(letter, 'there is a dead letter');
    assert.deepEqual(others, []);
    const { reason, attempts, error } = noteOf(letter);
    assert.deepEqual([reason, attempts], ['rejected', 1]);
    assert.equal(error?.message, 'more than there ever was');
    assert.deepEqual(stage.chronicle.attempts('a0'), [1]);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('keeps what is no JSON or does not fit at once, and never runs it', async (stage) => {
    const bodies = ['no json', '{"id":"a0"', '{"id":7,"key":"a"}', '[]'].map((text) =>
      Buffer.from(text),
    );
    if (stage.features.binaryBodies) bodies.push(Buffer.from([0x22, 0xff, 0x22]));
    const app = await stage.start(() => undefined, { deadLetter: true });

    await stage.send(...bodies.map((body) => rawOf({ id: 'bad', key: 'a' }, { body })));
    await stage.send({ id: 'a1', key: 'a' });
    const letters = await stage.channel.deadLetters(bodies.length);
    await stage.chronicle.until('the good one', () => stage.chronicle.of('done').length === 1);
    await app.close();

    const hex = ({ body }: Pick<RawMessage, 'body'>): string => Buffer.from(body).toString('hex');
    assert.deepEqual(letters.map(hex).toSorted(), bodies.map((body) => hex({ body })).toSorted());
    for (const letter of letters) {
      const { reason, attempts, error } = noteOf(letter);
      assert.deepEqual([reason, attempts], ['invalid', 1]);
      const isJson = /^[[{]/.test(textOf(letter)) && textOf(letter).length !== 10;
      assert.equal(error?.name, isJson ? 'TL_MESSAGE_INVALID' : 'TL_BODY_NOT_JSON');
    }
    const mismatch = letters.find((letter) => textOf(letter).startsWith('{"id":7'));
    assert.match((mismatch && noteOf(mismatch).error?.message) ?? '', /id: /);
    assert.deepEqual(stage.chronicle.ids('begun'), ['a1']);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('keeps equal bodies of one key apart', async (stage) => {
    const app = await stage.start(reject, { deadLetter: true });

    await stage.send({ id: 'a0', key: 'a' }, { id: 'a0', key: 'a' }, { id: 'a0', key: 'a' });
    const letters = await stage.channel.deadLetters(3);
    await app.close();

    assert.equal(letters.length, 3);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play(
    'leaves the note out where there is no room for it, and nothing else',
    async (stage) => {
      const count = stage.features.mostHeaders ?? 0;
      const headers = Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`h${at}`, `v${at}`]),
      );
      await stage.start(reject, { deadLetter: true });

      await stage.send(rawOf({ id: 'a0', key: 'a' }, { headers }));
      const [letter] = await stage.channel.deadLetters(1);

      assert(letter, 'there is a dead letter');
      assert.deepEqual(letter.headers, headers);
    },
    { needs: ({ mostHeaders }) => mostHeaders !== undefined },
  ),

  play('keeps a message as large as the broker takes', async (stage) => {
    const { kind, largest } = stage.features;
    // Kafka counts its framing and the note; SQS the attributes, of which there are none.
    const size = kind === 'topic' ? largest - 200 : largest;
    const start = '{"id":"a0","key":"a","more":"';
    const body = Buffer.from(`${start}${'x'.repeat(size - start.length - 2)}"}`);
    const app = await stage.start(reject, { deadLetter: true });

    await stage.send(rawOf({ id: 'a0', key: 'a' }, { body }));
    const [letter] = await stage.channel.deadLetters(1);
    await app.close();

    assert(letter, 'there is a dead letter');
    assert.equal(Buffer.compare(letter.body, body), 0);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('is not done with a message until its dead letter is stored', async (stage) => {
    const app = await stage.start(reject, { retry: { backoff: SOON }, deadLetter: true });
    await stage.channel.refuseDeadLetters();

    await stage.send({ id: 'a0', key: 'a' });
    await stage.chronicle.until('two tries', () => storesRefused(stage) >= 2);
    await stage.channel.takeDeadLetters();
    const letters = await stage.channel.deadLetters(1);
    await app.close();

    assert.equal(letters.length, 1);
    // What is tried again is the store: the handler has come to its end, and the message has not failed another time.
    assert.deepEqual(stage.chronicle.attempts('a0'), [1]);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play(
    'without a place for them, they wait at the longest backoff, and health tells it once',
    async (stage) => {
      const ids = new Set<string>();
      const app = await stage.start(
        ({ id }, { message }) => {
          if (id !== 'a0') return;
          ids.add(message.id);
          reject();
        },
        { retry: { backoff: exponential('100ms', '1s') } },
      );
      assert(app.health.isHealthy);

      await stage.send(...items(4, 4));
      await stage.chronicle.until(
        'three runs',
        () => stage.chronicle.of('failed', 'a0').length === 3,
      );
      await stage.chronicle.until('the others', () => stage.chronicle.of('done').length === 3);

      assert(!app.health.isHealthy);
      const [trouble, ...others] = app.health.troubles;
      assert.equal(trouble?.who, 'Items.handle');
      assert.match(trouble.what, /rejected.*more than there ever was/);
      assert.deepEqual(others, []);
      const [messageId = ''] = ids;
      const lines = stage.chronicle
        .ids('log')
        .filter((line) => line.includes('is unhealthy') && line.includes(messageId));
      assert.equal(lines.length, 1);
      for (const pause of stage.chronicle.pauses('a0'))
        assert(pause >= 950, `${pause.toFixed(0)} ms`);
    },
  ),
];

import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { exponential } from '#base';
import { Reject } from 'throughline';
import type { RawMessage } from '../../contract.js';
import { deadLetterHeaderOf } from '../../fixture/dead-letter-header.js';
import { items, rawOf, textOf } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';
import type { Fixture } from '../../fixture/fixture.js';

const SHORT_BACKOFF = exponential('100ms', '200ms');

/** The message's own headers in hex, because text stays text on one broker and becomes bytes on another. */
const ownHeaders = ({ headers }: Pick<RawMessage, 'headers'>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== DEAD_LETTER_HEADER)
      .map(([name, value]) => [name, Buffer.from(value as string).toString('hex')]),
  );

/** How often the log reports that a dead letter of this channel could not be stored. */
const refusedStores = ({ log, channel }: Fixture): number =>
  log.ids('log').filter((line) => line.includes('could not store') && line.includes(channel.name))
    .length;

const reject = (): never => {
  throw new Reject('more than there ever was');
};

export const deadLetterCases: readonly TestCase[] = [
  testCase(
    'keeps what has failed as often as it may, with its cause, bytes and headers',
    async (fixture) => {
      const body = Buffer.from('{"key":"a",   "id":"a0",\n"more":"ünïcödé"}');
      const headers = { word: 'ünïcödé', bytes: Uint8Array.from([0, 128, 255]) };
      const app = await fixture.start(
        () => {
          throw new TypeError('out of stock');
        },
        { retry: { attempts: 3, backoff: SHORT_BACKOFF }, deadLetter: true },
      );

      await fixture.send(rawOf({ id: 'a0', key: 'a' }, { body, headers }));
      const [deadLetter, ...others] = await fixture.channel.deadLetters(1);
      await app.close();

      assert(deadLetter, 'there is a dead letter');
      assert.deepEqual(others, []);
      assert.deepEqual(fixture.log.attempts('a0'), [1, 2, 3]);
      assert.equal(Buffer.from(deadLetter.body).toString('hex'), body.toString('hex'));
      assert.deepEqual(ownHeaders(deadLetter), ownHeaders({ headers }));
      if (fixture.features.order) assert.equal(deadLetter.key, 'a');
      const { source, handler, reason, attempts, time, error } = deadLetterHeaderOf(deadLetter);
      assert(source?.startsWith(fixture.channel.name), source);
      assert.deepEqual([handler, reason, attempts], ['Items.handle', 'exhausted', 3]);
      assert.deepEqual(error, { name: 'TypeError', message: 'out of stock' });
      assert(Number.isFinite(Date.parse(time ?? '')), time);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('keeps what is rejected at once', async (fixture) => {
    const app = await fixture.start(reject, { deadLetter: true });

    await fixture.send({ id: 'a0', key: 'a' });
    const [deadLetter, ...others] = await fixture.channel.deadLetters(1);
    await app.close();

    assert(deadLetter, 'there is a dead letter');
    assert.deepEqual(others, []);
    const { reason, attempts, error } = deadLetterHeaderOf(deadLetter);
    assert.deepEqual([reason, attempts], ['rejected', 1]);
    assert.equal(error?.message, 'more than there ever was');
    assert.deepEqual(fixture.log.attempts('a0'), [1]);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('keeps what is no JSON or does not fit at once, and never runs it', async (fixture) => {
    const bodies = ['no json', '{"id":"a0"', '{"id":7,"key":"a"}', '[]'].map((text) =>
      Buffer.from(text),
    );
    if (fixture.features.binaryBodies) bodies.push(Buffer.from([0x22, 0xff, 0x22]));
    const app = await fixture.start(() => undefined, { deadLetter: true });

    await fixture.send(...bodies.map((body) => rawOf({ id: 'bad', key: 'a' }, { body })));
    await fixture.send({ id: 'a1', key: 'a' });
    const deadLetters = await fixture.channel.deadLetters(bodies.length);
    await fixture.log.until('the good one', () => fixture.log.of('done').length === 1);
    await app.close();

    const hex = ({ body }: Pick<RawMessage, 'body'>): string => Buffer.from(body).toString('hex');
    assert.deepEqual(
      deadLetters.map(hex).toSorted(),
      bodies.map((body) => hex({ body })).toSorted(),
    );
    for (const deadLetter of deadLetters) {
      const { reason, attempts, error } = deadLetterHeaderOf(deadLetter);
      assert.deepEqual([reason, attempts], ['invalid', 1]);
      const isJson = /^[[{]/.test(textOf(deadLetter)) && textOf(deadLetter).length !== 10;
      assert.equal(error?.name, isJson ? 'TL_MESSAGE_INVALID' : 'TL_BODY_NOT_JSON');
    }
    const mismatch = deadLetters.find((deadLetter) => textOf(deadLetter).startsWith('{"id":7'));
    assert.match((mismatch && deadLetterHeaderOf(mismatch).error?.message) ?? '', /id: /);
    assert.deepEqual(fixture.log.ids('begun'), ['a1']);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('keeps equal bodies of one key apart', async (fixture) => {
    const app = await fixture.start(reject, { deadLetter: true });

    await fixture.send({ id: 'a0', key: 'a' }, { id: 'a0', key: 'a' }, { id: 'a0', key: 'a' });
    const deadLetters = await fixture.channel.deadLetters(3);
    await app.close();

    assert.equal(deadLetters.length, 3);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase(
    'omits the dead-letter header where it does not fit, and nothing else',
    async (fixture) => {
      const count = fixture.features.maxHeaders ?? 0;
      const headers = Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`h${at}`, `v${at}`]),
      );
      await fixture.start(reject, { deadLetter: true });

      await fixture.send(rawOf({ id: 'a0', key: 'a' }, { headers }));
      const [deadLetter] = await fixture.channel.deadLetters(1);

      assert(deadLetter, 'there is a dead letter');
      assert.deepEqual(deadLetter.headers, headers);
    },
    { needs: ({ maxHeaders }) => maxHeaders !== undefined },
  ),

  testCase('keeps a message as large as the broker takes', async (fixture) => {
    const { maxMessageBytes, deadLetterOverhead = 0 } = fixture.features;
    const size = maxMessageBytes - deadLetterOverhead;
    const start = '{"id":"a0","key":"a","more":"';
    const body = Buffer.from(`${start}${'x'.repeat(size - start.length - 2)}"}`);
    const app = await fixture.start(reject, { deadLetter: true });

    await fixture.send(rawOf({ id: 'a0', key: 'a' }, { body }));
    const [deadLetter] = await fixture.channel.deadLetters(1);
    await app.close();

    assert(deadLetter, 'there is a dead letter');
    assert.equal(Buffer.compare(deadLetter.body, body), 0);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('is not done with a message until its dead letter is stored', async (fixture) => {
    const app = await fixture.start(reject, {
      retry: { backoff: SHORT_BACKOFF },
      deadLetter: true,
    });
    await fixture.channel.refuseDeadLetters();

    await fixture.send({ id: 'a0', key: 'a' });
    await fixture.log.until('two tries', () => refusedStores(fixture) >= 2);
    await fixture.channel.acceptDeadLetters();
    const deadLetters = await fixture.channel.deadLetters(1);
    await app.close();

    assert.equal(deadLetters.length, 1);
    // Only the store is retried. The handler has ended, and the message has not failed again.
    assert.deepEqual(fixture.log.attempts('a0'), [1]);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase(
    'without a dead-letter channel, they wait at the longest backoff, and health reports it once',
    async (fixture) => {
      const ids = new Set<string>();
      const app = await fixture.start(
        ({ id }, { message }) => {
          if (id !== 'a0') return;
          ids.add(message.id);
          reject();
        },
        { retry: { backoff: exponential('100ms', '1s') } },
      );
      assert(app.health.isHealthy);

      await fixture.send(...items(4, 4));
      await fixture.log.until('three runs', () => fixture.log.of('failed', 'a0').length === 3);
      await fixture.log.until('the others', () => fixture.log.of('done').length === 3);

      assert(!app.health.isHealthy);
      const [trouble, ...others] = app.health.troubles;
      assert.equal(trouble?.who, 'Items.handle');
      assert.match(trouble.what, /rejected.*more than there ever was/);
      assert.deepEqual(others, []);
      const [messageId = ''] = ids;
      const lines = fixture.log
        .ids('log')
        .filter((line) => line.includes('is unhealthy') && line.includes(messageId));
      assert.equal(lines.length, 1);
      for (const pause of fixture.log.pauses('a0')) assert(pause >= 950, `${pause.toFixed(0)} ms`);
    },
  ),
];

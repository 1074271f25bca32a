import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { exponential, headersFrom, ThroughlineError } from '#base';
import { type PublishOptions } from 'throughline';
import type { RawMessage } from '../contract.js';
import { controllerOf } from '../handler-class.js';
import { hostileValues } from '../hostile-values.js';
import { rawOf, type Item } from '../item.js';
import { play, type Play } from '../play.js';
import type { Stage } from '../stage.js';

const SOON = exponential('100ms', '200ms');
/** A line of the log says no more than this of something that was thrown. */
const LONGEST_LINE = 2_000;
const TIMES = 3;

const sent: readonly Item[] = hostileValues.map((_, at) => ({ id: `h${at}`, key: `k${at}` }));

const throwFor = ({ id }: Item): never => {
  throw hostileValues[Number(id.slice(1))]?.make();
};

const idsOf = (letters: readonly RawMessage[]): readonly string[] =>
  letters
    .map(({ body }) => (JSON.parse(Buffer.from(body).toString()) as Item).id)
    .toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1)));

/** Every message is a dead letter with a cause, and no line of the log is longer or stranger than a terminal can bear. */
async function assertAllKept(stage: Stage): Promise<void> {
  const letters = await stage.channel.deadLetters(sent.length);
  assert.deepEqual(
    idsOf(letters),
    sent.map(({ id }) => id),
  );
  for (const { headers } of letters) {
    const note = JSON.parse(String(headers[DEAD_LETTER_HEADER])) as {
      error?: { message?: string };
    };
    assert.equal(typeof note.error?.message, 'string');
  }
  for (const line of stage.chronicle
    .ids('log')
    .filter((text) => text.includes(stage.channel.name))) {
    assert(line.length < LONGEST_LINE, `a line of ${line.length} characters`);
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    assert.doesNotMatch(line, /[\u0000-\u001f\u2028]/);
  }
}

/** What plain JavaScript may give to a publish, and no client can write. */
const wrongOptions: readonly (readonly [title: string, options: unknown, code: string])[] = [
  ['a key that is a number', { key: 5 }, 'TL_KEY_INVALID'],
  ['a key that is an object', { key: { id: 5 } }, 'TL_KEY_INVALID'],
  ['a key that is a promise', { key: Promise.resolve('a') }, 'TL_KEY_INVALID'],
  ['a header that is a number', { headers: { n: 5 } }, 'TL_HEADER_INVALID'],
  ['a header that is a boolean', { headers: { b: true } }, 'TL_HEADER_INVALID'],
  ['a header that is null', { headers: { n: null } }, 'TL_HEADER_INVALID'],
  ['a header that is a date', { headers: { d: new Date() } }, 'TL_HEADER_INVALID'],
  ['a header that is an object', { headers: { o: {} } }, 'TL_HEADER_INVALID'],
  ['a header with a list of numbers', { headers: { l: ['a', 5] } }, 'TL_HEADER_INVALID'],
  ['headers that are a text', { headers: 'a=b' }, 'TL_HEADER_INVALID'],
  ['a partition that is a text', { partition: '0' }, 'TL_OPTION_INVALID'],
  ['a publishTimeout that is a number', { publishTimeout: 5 }, 'TL_DURATION_INVALID'],
  ['a delay that is a symbol', { delay: Symbol('s') }, 'TL_DURATION_INVALID'],
];

export const hostilePlays: readonly Play[] = [
  play('makes a dead letter of a message, whatever its handler throws', async (stage) => {
    const app = await stage.start(throwFor, {
      retry: { attempts: 2, backoff: SOON },
      deadLetter: true,
    });

    await stage.send(...sent);
    await assertAllKept(stage);
    await app.close();

    for (const { id } of sent) assert.deepEqual(stage.chronicle.attempts(id), [1, 2], id);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('makes a dead letter of a message, whatever is thrown for it in a batch', async (stage) => {
    const ways = ['each', 'fail', 'throw'] as const;
    const app = await stage.startBatches(
      { size: 5, within: '50ms' },
      async (batch) => {
        const way = ways[Number([...batch][0]?.message.payload.id.slice(1)) % ways.length];
        if (way === 'each') await batch.each(throwFor);
        for (const delivery of batch) {
          const { payload } = delivery.message;
          const thrown = hostileValues[Number(payload.id.slice(1))]?.make();
          if (way === 'fail') batch.fail(delivery, thrown);
          if (way === 'throw') throwFor(payload);
        }
      },
      { retry: { attempts: 1 }, deadLetter: true },
    );

    await stage.send(...sent);
    await assertAllKept(stage);
    await app.close();

    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('frees the slot of a message whose schema never answers, and counts that', async (stage) => {
    const { schema } = stage.items;
    const { validate } = schema['~standard'];
    const patient = {
      '~standard': {
        ...schema['~standard'],
        validate: (value: unknown) => {
          const result = validate(value);
          return JSON.stringify(value).includes('stuck')
            ? new Promise<never>(() => undefined)
            : result;
        },
      },
    };
    const controller = controllerOf(
      { ...stage.items, schema: patient },
      { concurrency: 1, timeout: '1s', retry: { attempts: 2, backoff: SOON }, deadLetter: true },
      (item, delivery) => stage.recorded(item, delivery, () => undefined),
    );
    const app = await stage.startWith(controller);

    await stage.send({ id: 'stuck', key: 'a' }, { id: 'good', key: 'b' });
    await stage.chronicle.until('the good one', () => stage.chronicle.of('done').length === 1);
    const [letter] = await stage.channel.deadLetters(1);
    await app.close();

    const note = JSON.parse(String(letter?.headers[DEAD_LETTER_HEADER])) as {
      attempts?: number;
      error?: { name?: string };
    };
    assert.deepEqual([note.attempts, note.error?.name], [2, 'TL_HANDLER_TIMEOUT']);
    assert.deepEqual(stage.chronicle.ids('begun'), ['good']);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('rejects a publish that no client could write, with a code, and no other', async (stage) => {
    const app = await stage.start(() => undefined);
    const item = { id: 'a0', key: 'a' };

    const wrong = wrongOptions.map(([, options]) =>
      app.publisher.publish(stage.items, item, options as PublishOptions),
    );
    const wrongKey = { ...stage.items, key: () => 7 as unknown as string };
    const answers = await Promise.allSettled([
      ...wrong,
      app.publisher.publish(wrongKey, item),
      app.publisher.publish(stage.items, { ...item, id: 'a1' }),
    ]);
    await stage.chronicle.until('the good one', () => stage.chronicle.of('done').length === 1);
    await app.close();

    const codes = answers.map((answer) =>
      answer.status === 'rejected' && answer.reason instanceof ThroughlineError
        ? answer.reason.code
        : answer.status,
    );
    assert.deepEqual(codes, [
      ...wrongOptions.map(([, , code]) => code),
      'TL_KEY_INVALID',
      'fulfilled',
    ]);
    assert.deepEqual(stage.chronicle.ids('done'), ['a1']);
  }),

  play(
    'hands on headers, and keeps them in a dead letter, whatever they are called',
    async (stage) => {
      const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];
      const headers = headersFrom(names.map((name, at) => [name, Buffer.from(`value ${at}`)]));
      const seen: (readonly [string, string])[] = [];
      const app = await stage.start(
        (_, { message }) => {
          for (const name of names) seen.push([name, String(message.headers[name])]);
          throw new Error('no');
        },
        { retry: { attempts: 1 }, deadLetter: true },
      );

      await stage.send(rawOf({ id: 'a0', key: 'a' }, { headers }));
      const [letter] = await stage.channel.deadLetters(1);
      await app.close();

      const expected = names.map((name, at) => [name, `value ${at}`] as const);
      assert.deepEqual(seen, expected);
      assert.deepEqual(
        names.map((name) => [name, String(letter?.headers[name])]),
        expected,
      );
      assert.equal(await stage.channel.unsettled(), 0);
    },
    { needs: ({ anyHeaderName }) => anyHeaderName },
  ),

  play('counts no run that is blocked, and lets the others go on', async (stage) => {
    let blocked = 0;
    const app = await stage.start(
      ({ id }) => {
        if (id !== 'patient' || blocked === TIMES) return;
        blocked += 1;
        throw new ThroughlineError('TL_SHOP_DENIED', 'The shop lets nobody in.', {
          errorClass: 'blocked',
        });
      },
      { concurrency: 2, retry: { attempts: 1, backoff: SOON }, deadLetter: true },
    );

    await stage.send({ id: 'patient', key: 'patient' }, { id: 'other', key: 'other' });
    await stage.chronicle.until('both', () => stage.chronicle.of('done').length === 2);
    await app.close();

    assert.deepEqual(
      stage.chronicle.attempts('patient'),
      Array.from({ length: TIMES + 1 }, () => 1),
    );
    assert.deepEqual(await stage.channel.deadLetters(0), []);
    assert.equal(await stage.channel.unsettled(), 0);
  }),
];

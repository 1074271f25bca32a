import assert from 'node:assert/strict';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { exponential, headersFrom, ThroughlineError } from '#base';
import { plainJavaScript } from '../../../plain-javascript.js';
import type { RawMessage } from '../../contract.js';
import { controllerOf } from '../../fixture/handler-class.js';
import { hostileValues } from './hostile-values.js';
import { rawOf, type Item } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';
import type { Fixture } from '../../fixture/fixture.js';

const SHORT_BACKOFF = exponential('100ms', '200ms');
/** The longest line that the log may contain for a thrown value. */
const LONGEST_LINE = 2_000;
const TIMES = 3;

const sent: readonly Item[] = hostileValues.map((_, at) => ({ id: `h${at}`, key: `k${at}` }));

const throwFor = ({ id }: Item): never => {
  throw hostileValues[Number(id.slice(1))]?.make();
};

const idsOf = (deadLetters: readonly RawMessage[]): readonly string[] =>
  deadLetters
    .map(({ body }) => (JSON.parse(Buffer.from(body).toString()) as Item).id)
    .toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1)));

/** Checks that every message is a dead letter with a cause, and that no line of the log is too long or has control characters. */
async function assertAllKept(fixture: Fixture): Promise<void> {
  const deadLetters = await fixture.channel.deadLetters(sent.length);
  assert.deepEqual(
    idsOf(deadLetters),
    sent.map(({ id }) => id),
  );
  for (const { headers } of deadLetters) {
    const header = JSON.parse(String(headers[DEAD_LETTER_HEADER])) as {
      error?: { message?: string };
    };
    assert.equal(typeof header.error?.message, 'string');
  }
  for (const line of fixture.log.ids('log').filter((text) => text.includes(fixture.channel.name))) {
    assert(line.length < LONGEST_LINE, `a line of ${line.length} characters`);
    // eslint-disable-next-line no-control-regex -- the test looks for them
    assert.doesNotMatch(line, /[\u0000-\u001f\u2028]/);
  }
}

/** Options that plain JavaScript may pass to a publish and that no client can encode. */
const wrongOptions: readonly (readonly [title: string, options: object, code: string])[] = [
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
  ['an option that no publish has', { nonsense: 0 }, 'TL_OPTION_UNKNOWN'],
  ['a publishTimeout that is a number', { publishTimeout: 5 }, 'TL_OPTION_INVALID'],
];

export const hostileCases: readonly TestCase[] = [
  testCase('makes a dead letter of a message, whatever its handler throws', async (fixture) => {
    const app = await fixture.start(throwFor, {
      retry: { attempts: 2, backoff: SHORT_BACKOFF },
      deadLetter: true,
    });

    await fixture.send(...sent);
    await assertAllKept(fixture);
    await app.close();

    for (const { id } of sent) assert.deepEqual(fixture.log.attempts(id), [1, 2], id);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase(
    'makes a dead letter of a message, whatever is thrown for it in a batch',
    async (fixture) => {
      const ways = ['each', 'fail', 'throw'] as const;
      const app = await fixture.startBatches(
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

      await fixture.send(...sent);
      await assertAllKept(fixture);
      await app.close();

      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase(
    'frees the slot of a message whose schema never answers, and counts that',
    async (fixture) => {
      const { schema } = fixture.items;
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
        { ...fixture.items, schema: patient },
        {
          concurrency: 1,
          timeout: '1s',
          retry: { attempts: 2, backoff: SHORT_BACKOFF },
          deadLetter: true,
        },
        (item, delivery) => fixture.recorded(item, delivery, () => undefined),
      );
      const app = await fixture.startWith(controller);

      await fixture.send({ id: 'stuck', key: 'a' }, { id: 'good', key: 'b' });
      await fixture.log.until('the good one', () => fixture.log.of('done').length === 1);
      const [deadLetter] = await fixture.channel.deadLetters(1);
      await app.close();

      const header = JSON.parse(String(deadLetter?.headers[DEAD_LETTER_HEADER])) as {
        attempts?: number;
        error?: { name?: string };
      };
      assert.deepEqual([header.attempts, header.error?.name], [2, 'TL_HANDLER_TIMEOUT']);
      assert.deepEqual(fixture.log.ids('begun'), ['good']);
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase(
    'rejects a publish that no client could write, with a code, and no other',
    async (fixture) => {
      const app = await fixture.start(() => undefined);
      const item = { id: 'a0', key: 'a' };

      const { wrongPublishOptions = [] } = fixture.api;
      const allWrong = [...wrongOptions, ...wrongPublishOptions];
      const wrong = allWrong.map(([, options]) =>
        app.publisher.publish(fixture.items, item, options),
      );
      const wrongKey = { ...fixture.items, key: () => plainJavaScript<string>(7) };
      const answers = await Promise.allSettled([
        ...wrong,
        app.publisher.publish(wrongKey, item),
        app.publisher.publish(fixture.items, { ...item, id: 'a1' }),
      ]);
      await fixture.log.until('the good one', () => fixture.log.of('done').length === 1);
      await app.close();

      const codes = answers.map((answer) =>
        answer.status === 'rejected' && answer.reason instanceof ThroughlineError
          ? answer.reason.code
          : answer.status,
      );
      assert.deepEqual(codes, [
        ...allWrong.map(([, , code]) => code),
        'TL_KEY_INVALID',
        'fulfilled',
      ]);
      assert.deepEqual(fixture.log.ids('done'), ['a1']);
    },
  ),

  testCase(
    'hands on headers, and keeps them in a dead letter, whatever they are called',
    async (fixture) => {
      const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''];
      const headers = headersFrom(names.map((name, at) => [name, Buffer.from(`value ${at}`)]));
      const seen: (readonly [string, string])[] = [];
      const app = await fixture.start(
        (_, { message }) => {
          for (const name of names) seen.push([name, String(message.headers[name])]);
          throw new Error('no');
        },
        { retry: { attempts: 1 }, deadLetter: true },
      );

      await fixture.send(rawOf({ id: 'a0', key: 'a' }, { headers }));
      const [deadLetter] = await fixture.channel.deadLetters(1);
      await app.close();

      const expected = names.map((name, at) => [name, `value ${at}`] as const);
      assert.deepEqual(seen, expected);
      assert.deepEqual(
        names.map((name) => [name, String(deadLetter?.headers[name])]),
        expected,
      );
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    { needs: ({ anyHeaderName }) => anyHeaderName },
  ),

  testCase('counts no run that is blocked, and lets the others continue', async (fixture) => {
    let blocked = 0;
    const app = await fixture.start(
      ({ id }) => {
        if (id !== 'patient' || blocked === TIMES) return;
        blocked += 1;
        throw new ThroughlineError('TL_SHOP_DENIED', 'The shop lets nobody in.', {
          errorClass: 'blocked',
        });
      },
      { concurrency: 2, retry: { attempts: 1, backoff: SHORT_BACKOFF }, deadLetter: true },
    );

    await fixture.send({ id: 'patient', key: 'patient' }, { id: 'other', key: 'other' });
    await fixture.log.until('both', () => fixture.log.of('done').length === 2);
    await app.close();

    assert.deepEqual(
      fixture.log.attempts('patient'),
      Array.from({ length: TIMES + 1 }, () => 1),
    );
    assert.deepEqual(await fixture.channel.deadLetters(0), []);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),
];

import assert from 'node:assert/strict';
import { exponential } from '#base';
import { RetryLater } from 'throughline';
import { items } from '../../fixture/item.js';
import { testCase, type TestCase } from '../../test-case.js';

const SHORT_BACKOFF = exponential('100ms', '200ms');
/** Timers and brokers may be slightly early. */
const TOLERANCE_MS = 50;

const failTimes = (times: number, error: () => Error): (() => void) => {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) throw error();
  };
};

export const retryCases: readonly TestCase[] = [
  testCase('runs a failed message again, and no other', async (fixture) => {
    const once = failTimes(1, () => new Error('out of stock'));
    const app = await fixture.start(({ id }) => id === 'b1' && once(), {
      retry: { backoff: SHORT_BACKOFF },
    });

    await fixture.send(...items(4, 4));
    await fixture.log.until('all are done', () => fixture.log.of('done').length === 4);
    await app.close();

    assert.deepEqual(fixture.log.attempts('b1'), [1, 2]);
    for (const id of ['a0', 'c2', 'd3']) assert.deepEqual(fixture.log.attempts(id), [1]);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('keeps the backoff between runs', async (fixture) => {
    const thrice = failTimes(3, () => new Error('out of stock'));
    await fixture.start(thrice, { retry: { attempts: 5, backoff: exponential('1s', '2s') } });

    await fixture.send({ id: 'a0', key: 'a' });
    await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);

    const pauses = fixture.log.pauses('a0');
    assert.equal(pauses.length, 3);
    [1_000, 2_000, 2_000].forEach((least, index) => {
      const pause = pauses[index] ?? 0;
      assert(pause >= least - TOLERANCE_MS, `pause ${index + 1} lasted ${pause.toFixed(0)} ms`);
    });
  }),

  testCase('lets no other key wait behind a failing one', async (fixture) => {
    await fixture.start(
      ({ id }) => {
        if (id === 'a0') throw new Error('poison');
      },
      { retry: { backoff: exponential('60s', '60s') }, concurrency: 2 },
    );

    await fixture.send(...items(1, 1), ...items(30, 6).filter(({ key }) => key !== 'a'));
    await fixture.log.until('the others', () => fixture.log.of('done').length === 25);

    assert.deepEqual(fixture.log.attempts('a0'), [1]);
    assert.equal(fixture.log.of('failed').length, 1);
  }),

  testCase(
    'keeps those of its key behind a failing message, uncounted',
    async (fixture) => {
      const twice = failTimes(2, () => new Error('out of stock'));
      await fixture.start(({ id }) => id === 'a0' && twice(), {
        retry: { backoff: SHORT_BACKOFF },
      });

      await fixture.send(...items(5, 1));
      await fixture.log.until('all are done', () => fixture.log.of('done').length === 5);

      const runs = fixture.log.of('begun').map(({ id, attempt }) => `${id}/${attempt}`);
      assert.deepEqual(runs, ['a0/1', 'a0/2', 'a0/3', 'a1/1', 'a2/1', 'a3/1', 'a4/1']);
    },
    { needs: ({ order }) => order },
  ),

  testCase('runs again when a handler says so, and not before', async (fixture) => {
    const once = failTimes(1, () => new RetryLater('2s', 'not yet'));
    await fixture.start(once, { retry: { backoff: SHORT_BACKOFF } });

    await fixture.send({ id: 'a0', key: 'a' });
    await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);

    const [pause = 0] = fixture.log.pauses('a0');
    assert(pause >= 2_000 - TOLERANCE_MS, `it ran again after ${pause.toFixed(0)} ms`);
    assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
  }),

  testCase('counts what a handler puts off', async (fixture) => {
    await fixture.start(
      () => {
        throw new RetryLater('100ms', 'not yet');
      },
      { retry: { attempts: 2, backoff: SHORT_BACKOFF }, deadLetter: true },
    );

    await fixture.send({ id: 'a0', key: 'a' });
    const deadLetters = await fixture.channel.deadLetters(1);

    assert.equal(deadLetters.length, 1);
    assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
  }),

  testCase('does not count what a handler puts off without counting', async (fixture) => {
    const thrice = failTimes(3, () => new RetryLater('100ms', 'not yet', { counts: false }));
    const app = await fixture.start(thrice, {
      retry: { attempts: 2, backoff: SHORT_BACKOFF },
      deadLetter: true,
    });

    await fixture.send({ id: 'a0', key: 'a' });
    await fixture.log.until('it is done', () => fixture.log.of('done').length === 1);
    await app.close();

    const isSeen = fixture.features.retry === 'source'; // a queue counts receives only
    assert.deepEqual(fixture.log.attempts('a0'), isSeen ? [1, 2, 3, 4] : [1, 1, 1, 1]);
    assert.deepEqual(await fixture.channel.deadLetters(0), []);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),
];

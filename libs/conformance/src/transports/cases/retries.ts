import assert from 'node:assert/strict';
import { exponential } from '#base';
import { RetryLater } from 'throughline';
import { items } from '../item.js';
import { play, type Play } from '../play.js';

const SOON = exponential('100ms', '200ms');
/** Timers and brokers may be early by a hair. */
const A_HAIR = 50;

const failTimes = (times: number, error: () => Error): (() => void) => {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) throw error();
  };
};

export const retryPlays: readonly Play[] = [
  play('runs a failed message again, and no other', async (stage) => {
    const once = failTimes(1, () => new Error('out of stock'));
    const app = await stage.start(({ id }) => id === 'b1' && once(), { retry: { backoff: SOON } });

    await stage.send(...items(4, 4));
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 4);
    await app.close();

    assert.deepEqual(stage.chronicle.attempts('b1'), [1, 2]);
    for (const id of ['a0', 'c2', 'd3']) assert.deepEqual(stage.chronicle.attempts(id), [1]);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('keeps the backoff between runs', async (stage) => {
    const thrice = failTimes(3, () => new Error('out of stock'));
    await stage.start(thrice, { retry: { attempts: 5, backoff: exponential('1s', '2s') } });

    await stage.send({ id: 'a0', key: 'a' });
    await stage.chronicle.until('it is done', () => stage.chronicle.of('done').length === 1);

    const pauses = stage.chronicle.pauses('a0');
    assert.equal(pauses.length, 3);
    [1_000, 2_000, 2_000].forEach((least, index) => {
      const pause = pauses[index] ?? 0;
      assert(pause >= least - A_HAIR, `pause ${index + 1} lasted ${pause.toFixed(0)} ms`);
    });
  }),

  play('lets no other key wait behind a failing one', async (stage) => {
    await stage.start(
      ({ id }) => {
        if (id === 'a0') throw new Error('poison');
      },
      { retry: { backoff: exponential('60s', '60s') }, concurrency: 2 },
    );

    await stage.send(...items(1, 1), ...items(30, 6).filter(({ key }) => key !== 'a'));
    await stage.chronicle.until('the others', () => stage.chronicle.of('done').length === 25);

    assert.deepEqual(stage.chronicle.attempts('a0'), [1]);
    assert.equal(stage.chronicle.of('failed').length, 1);
  }),

  play(
    'keeps those of its key behind a failing message, uncounted',
    async (stage) => {
      const twice = failTimes(2, () => new Error('out of stock'));
      await stage.start(({ id }) => id === 'a0' && twice(), { retry: { backoff: SOON } });

      await stage.send(...items(5, 1));
      await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 5);

      const runs = stage.chronicle.of('begun').map(({ id, attempt }) => `${id}/${attempt}`);
      assert.deepEqual(runs, ['a0/1', 'a0/2', 'a0/3', 'a1/1', 'a2/1', 'a3/1', 'a4/1']);
    },
    { needs: ({ order }) => order },
  ),

  play('runs again when a handler says so, and not before', async (stage) => {
    const once = failTimes(1, () => new RetryLater('2s', 'not yet'));
    await stage.start(once, { retry: { backoff: SOON } });

    await stage.send({ id: 'a0', key: 'a' });
    await stage.chronicle.until('it is done', () => stage.chronicle.of('done').length === 1);

    const [pause = 0] = stage.chronicle.pauses('a0');
    assert(pause >= 2_000 - A_HAIR, `it ran again after ${pause.toFixed(0)} ms`);
    assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
  }),

  play('counts what a handler puts off', async (stage) => {
    await stage.start(
      () => {
        throw new RetryLater('100ms', 'not yet');
      },
      { retry: { attempts: 2, backoff: SOON }, deadLetter: true },
    );

    await stage.send({ id: 'a0', key: 'a' });
    const letters = await stage.channel.deadLetters(1);

    assert.equal(letters.length, 1);
    assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
  }),

  play('does not count what a handler puts off without counting', async (stage) => {
    const thrice = failTimes(3, () => new RetryLater('100ms', 'not yet', { counts: false }));
    const app = await stage.start(thrice, {
      retry: { attempts: 2, backoff: SOON },
      deadLetter: true,
    });

    await stage.send({ id: 'a0', key: 'a' });
    await stage.chronicle.until('it is done', () => stage.chronicle.of('done').length === 1);
    await app.close();

    const isSeen = stage.features.retry === 'source'; // a queue counts receives, and nothing else
    assert.deepEqual(stage.chronicle.attempts('a0'), isSeen ? [1, 2, 3, 4] : [1, 1, 1, 1]);
    assert.deepEqual(await stage.channel.deadLetters(0), []);
    assert.equal(await stage.channel.unsettled(), 0);
  }),
];

import assert from 'node:assert/strict';
import { setTimeout as work } from 'node:timers/promises';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { exponential, ThroughlineError, type Duration } from '#base';
import { items } from '../item.js';
import { play, type Play } from '../play.js';
import type { Stage } from '../stage.js';

const SOON = exponential('100ms', '200ms');

const patienceOf = ({ features }: Stage): Duration => `${features.patience}ms`;

/** Resolves with the reason when the signal aborts. */
function aborted(signal: AbortSignal): Promise<unknown> {
  const reason = Promise.withResolvers<unknown>();
  signal.addEventListener('abort', () => reason.resolve(signal.reason), { once: true });
  return reason.promise;
}

const codeOf = (error: unknown): string =>
  error instanceof ThroughlineError ? error.code : String(error);

export const timePlays: readonly Play[] = [
  play('runs a message once, however long it takes', async (stage) => {
    const app = await stage.start(
      (_, { signal }) => work(stage.features.patience * 1.5 + 1_000, undefined, { signal }),
      { visibility: patienceOf(stage) },
    );

    await stage.send(...items(3, 3));
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 3);
    await app.close();

    assert.equal(stage.chronicle.of('begun').length, 3);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('keeps what waits behind a long run, and runs it once', async (stage) => {
    const app = await stage.start(
      ({ id }) => (id === 'a0' ? work(stage.features.patience * 1.5 + 1_000) : undefined),
      { visibility: patienceOf(stage), concurrency: 1 },
    );

    await stage.send(...items(6, 1));
    await stage.chronicle.until('all are done', () => stage.chronicle.of('done').length === 6);
    await app.close();

    assert.deepEqual(
      stage.chronicle.of('begun').map(({ attempt }) => attempt),
      [1, 1, 1, 1, 1, 1],
    );
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('tells a run that its time is up, and counts it', async (stage) => {
    const app = await stage.start(
      async (item, { signal }) => {
        const reason = await aborted(signal);
        stage.chronicle.add({ what: 'aborted', ...item, id: codeOf(reason) });
        throw reason as Error;
      },
      { timeout: '300ms', retry: { attempts: 2, backoff: SOON }, deadLetter: true },
    );

    await stage.send({ id: 'a0', key: 'a' });
    const [letter] = await stage.channel.deadLetters(1);
    await app.close();

    assert.deepEqual(stage.chronicle.ids('aborted'), ['TL_HANDLER_TIMEOUT', 'TL_HANDLER_TIMEOUT']);
    assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
    assert.match(String(letter?.headers[DEAD_LETTER_HEADER]), /"TL_HANDLER_TIMEOUT"/);
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('counts a run as failed that ends well, but too late', async (stage) => {
    await stage.start(
      async (_, { signal, attempt }) => (attempt === 1 ? await aborted(signal) : undefined),
      { timeout: '300ms', retry: { backoff: SOON } },
    );

    await stage.send({ id: 'a0', key: 'a' });
    await stage.chronicle.until('a second run', () => stage.chronicle.of('done').length === 2);

    assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
  }),

  play('waits for a hung run, is unhealthy, and never runs it beside itself', async (stage) => {
    const gate = stage.gate();
    let messageId = '';
    const app = await stage.start(
      async ({ id }, { message, attempt }) => {
        if (id !== 'a0' || attempt > 1) return;
        messageId = message.id;
        await gate.pass();
      },
      {
        timeout: '300ms',
        grace: '300ms',
        retry: { backoff: SOON },
        visibility: patienceOf(stage),
      },
    );

    await stage.send(...items(4, 2));
    await stage.chronicle.until('it is at work', () => messageId !== '');
    await stage.chronicle.until('it is unhealthy', () =>
      stage.chronicle
        .ids('log')
        .some((line) => line.includes('is unhealthy') && line.includes(messageId)),
    );
    // Longer than the broker would have waited without a sign of life.
    await work(stage.features.patience * 1.5);
    const { isHealthy } = app.health;
    const runsMeanwhile = stage.chronicle.attempts('a0');
    gate.open();
    await stage.chronicle.until('a second run', () => stage.chronicle.attempts('a0').length === 2);
    await stage.chronicle.until(
      'the others',
      () => new Set(stage.chronicle.ids('done')).size === 4,
    );
    await app.close();

    assert.equal(isHealthy, false);
    assert.deepEqual(runsMeanwhile, [1]);
    assert.deepEqual(stage.chronicle.attempts('a0'), [1, 2]);
    assert.equal(
      stage.chronicle.mostAtOnce(({ id }) => id === 'a0'),
      1,
    );
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('tells a run when its message is no longer ours', async (stage) => {
    await stage.start(
      async (item, { signal }) => {
        const reason = await aborted(signal);
        stage.chronicle.add({ what: 'aborted', ...item, id: codeOf(reason) });
      },
      { visibility: patienceOf(stage) },
    );
    await stage.send(...items(6, 6));
    await stage.chronicle.until('all are at work', () => stage.chronicle.of('begun').length === 6);

    await stage.channel.takeAway();
    await stage.chronicle.until('one is told', () => stage.chronicle.of('aborted').length > 0);

    assert.match(
      stage.chronicle.ids('aborted')[0] ?? '',
      /^TL_(SQS_VISIBILITY_LOST|KAFKA_REVOKED)$/,
    );
  }),
];

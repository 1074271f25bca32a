import assert from 'node:assert/strict';
import { setTimeout as work } from 'node:timers/promises';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { exponential, ThroughlineError, type Duration } from '#base';
import { items } from '../fixture/item.js';
import { testCase, type TestCase } from '../test-case.js';
import type { Fixture } from '../fixture/fixture.js';

const SHORT_BACKOFF = exponential('100ms', '200ms');

const patienceOf = ({ features }: Fixture): Duration => `${features.redeliveredAfter}ms`;

/** Resolves with the reason when the signal aborts. */
function aborted(signal: AbortSignal): Promise<unknown> {
  const reason = Promise.withResolvers<unknown>();
  signal.addEventListener('abort', () => reason.resolve(signal.reason), { once: true });
  return reason.promise;
}

const codeOf = (error: unknown): string =>
  error instanceof ThroughlineError ? error.code : String(error);

export const timeCases: readonly TestCase[] = [
  testCase('runs a message once, however long it takes', async (fixture) => {
    const app = await fixture.start(
      (_, { signal }) =>
        work(fixture.features.redeliveredAfter * 1.5 + 1_000, undefined, { signal }),
      { redeliveredAfter: patienceOf(fixture) },
    );

    await fixture.send(...items(3, 3));
    await fixture.log.until('all are done', () => fixture.log.of('done').length === 3);
    await app.close();

    assert.equal(fixture.log.of('begun').length, 3);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('keeps what waits behind a long run, and runs it once', async (fixture) => {
    const app = await fixture.start(
      ({ id }) => (id === 'a0' ? work(fixture.features.redeliveredAfter * 1.5 + 1_000) : undefined),
      { redeliveredAfter: patienceOf(fixture), concurrency: 1 },
    );

    await fixture.send(...items(6, 1));
    await fixture.log.until('all are done', () => fixture.log.of('done').length === 6);
    await app.close();

    assert.deepEqual(
      fixture.log.of('begun').map(({ attempt }) => attempt),
      [1, 1, 1, 1, 1, 1],
    );
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('aborts a run whose time is up, and counts it', async (fixture) => {
    const app = await fixture.start(
      async (item, { signal }) => {
        const reason = await aborted(signal);
        fixture.log.add({ what: 'aborted', ...item, id: codeOf(reason) });
        throw reason as Error;
      },
      { timeout: '300ms', retry: { attempts: 2, backoff: SHORT_BACKOFF }, deadLetter: true },
    );

    await fixture.send({ id: 'a0', key: 'a' });
    const [deadLetter] = await fixture.channel.deadLetters(1);
    await app.close();

    assert.deepEqual(fixture.log.ids('aborted'), ['TL_HANDLER_TIMEOUT', 'TL_HANDLER_TIMEOUT']);
    assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
    assert.match(String(deadLetter?.headers[DEAD_LETTER_HEADER]), /"TL_HANDLER_TIMEOUT"/);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('counts a run as failed that ends well, but too late', async (fixture) => {
    await fixture.start(
      async (_, { signal, attempt }) => (attempt === 1 ? await aborted(signal) : undefined),
      { timeout: '300ms', retry: { backoff: SHORT_BACKOFF } },
    );

    await fixture.send({ id: 'a0', key: 'a' });
    await fixture.log.until('a second run', () => fixture.log.of('done').length === 2);

    assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
  }),

  testCase(
    'waits for a hung run, is unhealthy, and never runs it beside itself',
    async (fixture) => {
      const gate = fixture.gate();
      let messageId = '';
      const app = await fixture.start(
        async ({ id }, { message, attempt }) => {
          if (id !== 'a0' || attempt > 1) return;
          messageId = message.id;
          await gate.pass();
        },
        {
          timeout: '300ms',
          grace: '300ms',
          retry: { backoff: SHORT_BACKOFF },
          redeliveredAfter: patienceOf(fixture),
        },
      );

      await fixture.send(...items(4, 2));
      await fixture.log.until('it is in progress', () => messageId !== '');
      await fixture.log.until('it is unhealthy', () =>
        fixture.log
          .ids('log')
          .some((line) => line.includes('is unhealthy') && line.includes(messageId)),
      );
      // Longer than the broker would have waited without a heartbeat.
      await work(fixture.features.redeliveredAfter * 1.5);
      const { isHealthy } = app.health;
      const runsMeanwhile = fixture.log.attempts('a0');
      gate.open();
      await fixture.log.until('a second run', () => fixture.log.attempts('a0').length === 2);
      await fixture.log.until('the others', () => new Set(fixture.log.ids('done')).size === 4);
      await app.close();

      assert.equal(isHealthy, false);
      assert.deepEqual(runsMeanwhile, [1]);
      assert.deepEqual(fixture.log.attempts('a0'), [1, 2]);
      assert.equal(
        fixture.log.maxConcurrent(({ id }) => id === 'a0'),
        1,
      );
      assert.equal(await fixture.channel.unsettled(), 0);
    },
  ),

  testCase('aborts a run when its message is no longer ours', async (fixture) => {
    await fixture.start(
      async (item, { signal }) => {
        const reason = await aborted(signal);
        fixture.log.add({ what: 'aborted', ...item, id: codeOf(reason) });
      },
      { redeliveredAfter: patienceOf(fixture) },
    );
    await fixture.send(...items(6, 6));
    await fixture.log.until('all are in progress', () => fixture.log.of('begun').length === 6);

    await fixture.channel.revokeInProgress();
    await fixture.log.until('one is aborted', () => fixture.log.of('aborted').length > 0);

    assert.equal(fixture.log.ids('aborted')[0], fixture.api.errorCodes.lost);
  }),
];

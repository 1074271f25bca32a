import assert from 'node:assert/strict';
import { exponential } from '#base';
import { testCase, type TestCase } from '../../test-case.js';
import type { App } from '../../fixture/fixture.js';

const TIMES = 2;
const PUBLISH_TIMEOUT_MS = 500;
/** Timers may be slightly early. */
const EARLIEST_MS = PUBLISH_TIMEOUT_MS - 50;
/** Less than the default publish timeout of 10 s. */
const LATEST_MS = 9_000;

export const pendingPublishCases: readonly TestCase[] = [
  testCase(
    'rejects a publish that the broker does not answer within its timeout',
    async (fixture) => {
      const { publisher } = await fixture.start(() => undefined);
      await publisher.publish(fixture.items, { id: 'first', key: 'first' });
      const release = fixture.channel.holdSends();
      const began = performance.now();

      const late = publisher.publish(
        fixture.items,
        { id: 'late', key: 'late' },
        { publishTimeout: `${PUBLISH_TIMEOUT_MS}ms` },
      );
      await assert
        .rejects(late, { code: fixture.api.errorCodes.unavailable, errorClass: 'unavailable' })
        .finally(release);
      const took = performance.now() - began;
      await publisher.publish(fixture.items, { id: 'next', key: 'next' });
      await fixture.log.until('the next one', () => fixture.log.of('done', 'next').length === 1);

      assert(took >= EARLIEST_MS && took < LATEST_MS, `it was rejected after ${took} ms`);
    },
    { needs: ({ inProcess = false }) => !inProcess },
  ),

  testCase('does not count a timeout while a publish of the run is pending', async (fixture) => {
    const started = Promise.withResolvers<App>();
    let late = 0;
    const app = await fixture.start(
      async ({ id }, { signal }) => {
        if (id !== 'a0' || late === TIMES) return;
        late += 1;
        const { publisher } = await started.promise;
        const release = fixture.channel.holdSends();
        signal.addEventListener('abort', release, { once: true });
        await publisher.publish(fixture.items, { id: `p${late}`, key: `p${late}` });
      },
      {
        timeout: '300ms',
        retry: { attempts: TIMES, backoff: exponential('100ms', '200ms') },
        deadLetter: true,
      },
    );
    started.resolve(app);

    await fixture.send({ id: 'a0', key: 'a' });
    await fixture.log.until(
      'a third run, and what the others have published',
      () => fixture.log.attempts('a0').length > TIMES && fixture.log.of('done').length === 5,
    );
    await app.close();

    // A queue counts receives only. The retry policy has not counted them as failures.
    const seen = fixture.features.retry === 'source' ? [1, 2, 3] : [1, 1, 1];
    assert.deepEqual(fixture.log.attempts('a0'), seen);
    assert.deepEqual(await fixture.channel.deadLetters(0), []);
    assert.equal(await fixture.channel.unsettled(), 0);
  }),
];

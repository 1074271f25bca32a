import assert from 'node:assert/strict';
import { exponential } from '#base';
import { play, type Play } from '../play.js';
import type { App } from '../stage.js';

const TIMES = 2;

export const pendingPublishPlays: readonly Play[] = [
  play('does not count a timeout while a publish of the run is pending', async (stage) => {
    const started = Promise.withResolvers<App>();
    let late = 0;
    const app = await stage.start(
      async ({ id }, { signal }) => {
        if (id !== 'a0' || late === TIMES) return;
        late += 1;
        const { publisher } = await started.promise;
        const letGo = stage.channel.holdSends();
        signal.addEventListener('abort', letGo, { once: true });
        await publisher.publish(stage.items, { id: `p${late}`, key: `p${late}` });
      },
      {
        timeout: '300ms',
        retry: { attempts: TIMES, backoff: exponential('100ms', '200ms') },
        deadLetter: true,
      },
    );
    started.resolve(app);

    await stage.send({ id: 'a0', key: 'a' });
    await stage.chronicle.until(
      'a third run, and what the others have published',
      () =>
        stage.chronicle.attempts('a0').length > TIMES && stage.chronicle.of('done').length === 5,
    );
    await app.close();

    // A queue counts receives, and nothing else; the policy has not counted them as failures.
    const seen = stage.features.retry === 'source' ? [1, 2, 3] : [1, 1, 1];
    assert.deepEqual(stage.chronicle.attempts('a0'), seen);
    assert.deepEqual(await stage.channel.deadLetters(0), []);
    assert.equal(await stage.channel.unsettled(), 0);
  }),
];

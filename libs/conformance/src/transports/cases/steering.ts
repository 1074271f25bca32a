import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { exponential } from '#base';
import { counted } from '../counted.js';
import { items } from '../item.js';
import { play, type Play } from '../play.js';
import type { App } from '../stage.js';

const HANDLER = 'Items.handle';
type State = Awaited<ReturnType<App['control']['handlers']>>[number];

/** Waits until the only handler stands like this. */
async function stands(app: App, what: string, holds: (state: State) => boolean): Promise<State> {
  const late = AbortSignal.timeout(30_000);
  for (;;) {
    const [state] = await app.control.handlers();
    if (state !== undefined && holds(state)) return state;
    if (late.aborted) throw new Error(`It never was ${what}: ${JSON.stringify(state)}`);
    await pause(50);
  }
}

export const steeringPlays: readonly Play[] = [
  play('tells how each handler stands', async (stage) => {
    const gate = stage.gate();
    const app = await stage.start(
      async ({ id }) => {
        if (id === 'bad') throw new TypeError('no stock');
        await gate.pass();
      },
      { concurrency: 2, retry: { backoff: exponential('1h', '2h') } },
    );
    await stage.send({ id: 'bad', key: 'x' });
    await counted([app], 'a failure', ({ retries }) => retries === 1);
    await stage.send(...items(4, 4));

    const state = await stands(
      app,
      'full',
      ({ inProgress, lag }) => inProgress === 2 && (lag ?? 0) >= 4,
    );
    gate.open();
    await counted([app], 'all done', ({ done }) => done === 4);
    await app.close();

    assert.deepEqual(
      [state.handler, state.kind, state.activity, state.isConnected, state.concurrency],
      [HANDLER, stage.features.kind, 'working', true, 2],
    );
    assert(state.assigned.length > 0, 'something is its own');
    assert(state.oldest instanceof Date, 'the oldest has an age');
    assert.equal(state.lastError?.messageId.length === 0, false);
    assert.equal((state.lastError?.error as Error).message, 'no stock');
  }),

  play('starts nothing while it is paused, and goes on when told', async (stage) => {
    const app = await stage.start(() => undefined);
    await stage.send({ id: 'a0', key: 'a' });
    await counted([app], 'the first', ({ done }) => done === 1);
    app.control.pause(HANDLER);
    await stage.send(...items(20, 5));
    await stands(app, 'behind', ({ lag, activity }) => activity === 'paused' && (lag ?? 0) >= 20);
    assert.deepEqual(stage.chronicle.ids('begun'), ['a0']);

    app.control.resume(HANDLER);

    await counted([app], 'all', ({ done }) => done === 21);
    await app.close();
    assert.equal(await stage.channel.unsettled(), 0);
  }),

  play('has as many at work as it is told from now on', async (stage) => {
    const gate = stage.gate();
    const app = await stage.start(() => gate.pass(), { concurrency: 1 });
    await stage.send(...Array.from({ length: 40 }, (_, at) => ({ id: `i${at}`, key: `k${at}` })));
    await stands(app, 'at one', ({ inProgress }) => inProgress === 1);

    app.control.setConcurrency(HANDLER, 30);

    await stands(app, 'at thirty', ({ inProgress }) => inProgress === 30);
    gate.open();
    await counted([app], 'all', ({ done }) => done === 40);
    await app.close();
    assert.equal(stage.chronicle.mostAtOnce(), 30);
  }),

  play('names the handlers there are when asked for one that there is not', async (stage) => {
    const app = await stage.start(() => undefined);

    assert.throws(
      () => app.control.pause('Items.nope'),
      ({ code, message }: { code?: string; message?: string }) =>
        code === 'TL_HANDLER_UNKNOWN' && message?.includes(`${HANDLER}@`) === true,
    );
    assert.throws(() => app.control.setConcurrency(HANDLER, 0), { code: 'TL_OPTION_INVALID' });
    await app.close();
  }),

  play(
    'reads on from the beginning when told, and remembers that',
    async (stage) => {
      const app = await stage.start(() => undefined);
      await stage.send(...items(10, 5));
      await counted([app], 'all', ({ done }) => done === 10);

      const moved = await app.control.reset(stage.name, 'earliest');

      assert(moved.length > 0, 'something was moved');
      await counted([app], 'all of them again', ({ done }) => done === 20);
      await app.control.seek(HANDLER, 'latest');
      await app.close();
      assert.equal(await stage.channel.unsettled(), 0);
    },
    { needs: ({ kind }) => kind === 'topic' },
  ),

  play(
    'refuses to go back where no log is kept',
    async (stage) => {
      const app = await stage.start(() => undefined);

      await assert.rejects(app.control.seek(HANDLER, 'earliest'), { code: 'TL_SEEK_IMPOSSIBLE' });
      await assert.rejects(app.control.reset('any', 'earliest'), { code: 'TL_GROUP_UNKNOWN' });
      await app.close();
    },
    { needs: ({ kind }) => kind === 'queue' },
  ),
];

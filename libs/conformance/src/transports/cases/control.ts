import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { exponential } from '#base';
import { untilCounted } from '../fixture/until-counted.js';
import { items } from '../fixture/item.js';
import { testCase, type TestCase } from '../test-case.js';
import type { App } from '../fixture/fixture.js';

const HANDLER = 'Items.handle';
type State = Awaited<ReturnType<App['control']['handlers']>>[number];

/** Waits until the state of the only handler meets a condition. */
async function untilState(
  app: App,
  what: string,
  holds: (state: State) => boolean,
): Promise<State> {
  const late = AbortSignal.timeout(30_000);
  for (;;) {
    const [state] = await app.control.handlers();
    if (state !== undefined && holds(state)) return state;
    if (late.aborted)
      throw new Error(`Timed out waiting for the handler to be ${what}: ${JSON.stringify(state)}`);
    await pause(50);
  }
}

export const controlCases: readonly TestCase[] = [
  testCase('reports the state of each handler', async (fixture) => {
    const gate = fixture.gate();
    const app = await fixture.start(
      async ({ id }) => {
        if (id === 'bad') throw new TypeError('no stock');
        await gate.pass();
      },
      { concurrency: 2, retry: { backoff: exponential('1h', '2h') } },
    );
    await fixture.send({ id: 'bad', key: 'x' });
    await untilCounted([app], 'a failure', ({ retries }) => retries === 1);
    await fixture.send(...items(4, 4));

    const state = await untilState(
      app,
      'full',
      ({ inProgress, lag }) => inProgress === 2 && (lag ?? 0) >= 4,
    );
    gate.open();
    await untilCounted([app], 'all done', ({ done }) => done === 4);
    await app.close();

    assert.deepEqual(
      [state.handler, state.kind, state.activity, state.isConnected, state.concurrency],
      [HANDLER, fixture.items.kind, 'working', true, 2],
    );
    assert(state.assigned.length > 0, 'it has partitions');
    assert(state.oldest instanceof Date, 'the oldest has an age');
    assert.equal(state.lastError?.messageId.length === 0, false);
    assert.equal((state.lastError?.error as Error).message, 'no stock');
  }),

  testCase('starts nothing while it is paused, and continues when resumed', async (fixture) => {
    const app = await fixture.start(() => undefined);
    await fixture.send({ id: 'a0', key: 'a' });
    await untilCounted([app], 'the first', ({ done }) => done === 1);
    app.control.pause(HANDLER);
    await fixture.send(...items(20, 5));
    await untilState(
      app,
      'behind',
      ({ lag, activity }) => activity === 'paused' && (lag ?? 0) >= 20,
    );
    assert.deepEqual(fixture.log.ids('begun'), ['a0']);

    app.control.resume(HANDLER);

    await untilCounted([app], 'all', ({ done }) => done === 21);
    await app.close();
    assert.equal(await fixture.channel.unsettled(), 0);
  }),

  testCase('has as many in progress as its new concurrency allows', async (fixture) => {
    const gate = fixture.gate();
    const app = await fixture.start(() => gate.pass(), { concurrency: 1 });
    await fixture.send(...Array.from({ length: 40 }, (_, at) => ({ id: `i${at}`, key: `k${at}` })));
    await untilState(app, 'at one', ({ inProgress }) => inProgress === 1);

    app.control.setConcurrency(HANDLER, 30);

    await untilState(app, 'at thirty', ({ inProgress }) => inProgress === 30);
    gate.open();
    await untilCounted([app], 'all', ({ done }) => done === 40);
    await app.close();
    assert.equal(fixture.log.maxConcurrent(), 30);
  }),

  testCase('names the handlers there are when asked for one that there is not', async (fixture) => {
    const app = await fixture.start(() => undefined);

    assert.throws(
      () => app.control.pause('Items.nope'),
      ({ code, message }: { code?: string; message?: string }) =>
        code === 'TL_HANDLER_UNKNOWN' && message?.includes(`${HANDLER}@`) === true,
    );
    assert.throws(() => app.control.setConcurrency(HANDLER, 0), { code: 'TL_OPTION_INVALID' });
    await app.close();
  }),

  testCase(
    'reads on from the beginning after a seek, and remembers that',
    async (fixture) => {
      const app = await fixture.start(() => undefined);
      await fixture.send(...items(10, 5));
      await untilCounted([app], 'all', ({ done }) => done === 10);

      const moved = await app.control.reset(fixture.name, 'earliest');

      assert(moved.length > 0, 'something was moved');
      await untilCounted([app], 'all of them again', ({ done }) => done === 20);
      await app.control.seek(HANDLER, 'latest');
      await app.close();
      assert.equal(await fixture.channel.unsettled(), 0);
    },
    { needs: ({ seek }) => seek },
  ),

  testCase(
    'refuses to go back where no log is kept',
    async (fixture) => {
      const app = await fixture.start(() => undefined);

      await assert.rejects(app.control.seek(HANDLER, 'earliest'), { code: 'TL_SEEK_IMPOSSIBLE' });
      await assert.rejects(app.control.reset('any', 'earliest'), { code: 'TL_GROUP_UNKNOWN' });
      await app.close();
    },
    { needs: ({ seek }) => !seek },
  ),
];

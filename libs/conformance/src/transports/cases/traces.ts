import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { exponential } from '#base';
import { PublishAllError, Reject } from 'throughline';
import { untilCounted } from '../fixture/until-counted.js';
import { items, misfit } from '../fixture/item.js';
import { RecordingTracer } from '../fixture/recording-tracer.js';
import { testCase, type TestCase } from '../test-case.js';
import type { Fixture } from '../fixture/fixture.js';

/** The number of messages in progress at the same time. */
const MANY = 200;

const many = Array.from({ length: MANY }, (_, at) => ({ id: `a${at}`, key: `key-${at}` }));

const shortRetry = { attempts: 3, backoff: exponential('100ms', '200ms') };

/** The runs of the fixture's only message, as recorded by its tracer. */
async function runsOfOne(fixture: Fixture, trace: 'continue' | 'link'): Promise<RecordingTracer> {
  const tracer = new RecordingTracer();
  const app = await fixture.start(
    (_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet');
    },
    { retry: shortRetry, trace, tracer },
  );
  await fixture.send({ id: 'a0', key: 'a' });
  await untilCounted([app], 'done', ({ done }) => done === 1);
  await app.close();
  return tracer;
}

export const traceCases: readonly TestCase[] = [
  testCase(
    'publishAll gives each message a context of its own, and answers in order',
    async (fixture) => {
      const tracer = new RecordingTracer();
      const app = await fixture.start(() => undefined, { tracer });
      const all = items(25, 5);

      const receipts = await app.publisher.publishAll(fixture.items, all);
      await untilCounted([app], 'all done', ({ done }) => done === 25);
      const [published] = app.control.published();
      await app.close();

      assert.equal(new Set(receipts.map(({ id }) => id)).size, 25);
      assert.deepEqual(tracer.runs.map(({ traceparent }) => traceparent).sort(), tracer.sent);
      assert.deepEqual(published, {
        kind: fixture.items.kind,
        channel: fixture.channel.name,
        published: 25,
        failed: 0,
        contexts: { whole: 25, traceparent: 0, xray: 0, none: 0 },
      });
    },
  ),

  testCase(
    'publishAll sends nothing where one is invalid, and says which were refused',
    async (fixture) => {
      const app = await fixture.start(() => undefined);
      const channel = fixture.items;
      const good = items(3, 3);
      const large = { id: 'x'.repeat(fixture.features.maxMessageBytes), key: 'large' };

      await assert.rejects(app.publisher.publishAll(channel, [...good, misfit]), {
        code: 'TL_MESSAGE_INVALID',
      });
      const refused = await app.publisher
        .publishAll(channel, [...good, large])
        .catch((error: unknown) => error);
      await untilCounted([app], 'the good ones', ({ done }) => done === 3);
      const [published] = app.control.published();
      await app.close();

      assert(refused instanceof PublishAllError);
      assert.equal(refused.code, 'TL_PUBLISH_INCOMPLETE');
      assert.deepEqual(
        refused.results.map(({ status }) => status),
        ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
      );
      assert.deepEqual([published?.published, published?.failed], [3, 1]);
    },
  ),

  testCase('a late retry continues in its trace', async (fixture) => {
    const { runs } = await runsOfOne(fixture, 'continue');

    assert.deepEqual(
      runs.map(({ run }) => [run.attempt, run.trace]),
      [
        [1, undefined],
        [2, undefined],
      ],
    );
  }),

  testCase('a late retry has a trace of its own where its handler wants that', async (fixture) => {
    const { runs } = await runsOfOne(fixture, 'link');

    const [first, second] = runs;
    assert.deepEqual([first?.run.trace, second?.run.trace], [undefined, 'link']);
    assert.deepEqual(second?.run.earlier, [first?.ids]);
  }),

  testCase(
    'what runs side by side keeps apart, in each look and in each line of the log',
    async (fixture) => {
      const tracer = new RecordingTracer();
      const strangers: string[] = [];
      const app = await fixture.start(
        async ({ id }) => {
          const own = tracer.current()?.traceId;
          const look = (): void => {
            if (own === undefined || tracer.current()?.traceId !== own) strangers.push(id);
          };
          await Promise.resolve().then(look);
          await pause(Number(id.slice(1)) % 7).then(look);
          await new Promise<void>((resolve) => setImmediate(resolve));
          look();
          throw new Reject(`${id} is not wanted`);
        },
        { concurrency: MANY, deadLetter: true, tracer },
      );

      await app.publisher.publishAll(fixture.items, many, { publishTimeout: '60s' });
      await untilCounted([app], 'all dead', ({ deadLetters }) => deadLetters === MANY);
      await app.close();

      const traces = new Map(tracer.runs.map(({ id, ids }) => [id, ids.traceId]));
      const lines = fixture.log.of('log').flatMap(({ id }) => {
        const found = /message (\S+) from .*trace ([0-9a-f]{32})/.exec(id);
        const [, message = '', trace] = found ?? [];
        // The log also has the lines of the test cases that run beside this one.
        return traces.has(message) ? [{ message, trace }] : [];
      });
      assert.deepEqual(strangers, []);
      assert.equal(new Set(lines.map(({ message }) => message)).size, MANY);
      for (const { message, trace } of lines) assert.equal(trace, traces.get(message));
      assert.equal(tracer.current(), undefined);
    },
  ),

  testCase('what was redriven is linked to the attempt that failed', async (fixture) => {
    const tracer = new RecordingTracer();
    let isFixed = false;
    const app = await fixture.start(
      () => {
        if (!isFixed) throw new Reject('not yet');
      },
      { deadLetter: true, trace: 'link', tracer },
    );
    await fixture.send({ id: 'a0', key: 'a' });
    await untilCounted([app], 'dead', ({ deadLetters }) => deadLetters === 1);
    isFixed = true;

    await app.control.redrive('Items.handle');
    await untilCounted([app], 'done', ({ done }) => done === 1);
    await app.close();

    const [failed, redriven] = tracer.runs;
    assert.deepEqual(redriven?.run.earlier, [failed?.ids]);
    assert.deepEqual(
      tracer.runs.map(({ run }) => run.trace),
      [undefined, 'link'],
    );
  }),
];

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { exponential } from '#base';
import { PublishAllError, Reject } from 'throughline';
import { counted } from '../counted.js';
import { itemChannel } from '../handler-class.js';
import { items } from '../item.js';
import { MarkingTracer } from '../marking-tracer.js';
import { play, type Play } from '../play.js';
import type { Stage } from '../stage.js';

/** As many as are looked at at once. */
const MANY = 200;

const many = Array.from({ length: MANY }, (_, at) => ({ id: `a${at}`, key: `key-${at}` }));

const channelOf = ({ features, channel }: Stage) => itemChannel(features.kind, channel.name);

const soon = { attempts: 3, backoff: exponential('100ms', '200ms') };

/** The runs of the stage's only message, as its tracer was told of them. */
async function runsOfOne(stage: Stage, trace: 'continue' | 'link'): Promise<MarkingTracer> {
  const tracer = new MarkingTracer();
  const app = await stage.start(
    (_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet');
    },
    { retry: soon, trace, tracer },
  );
  await stage.send({ id: 'a0', key: 'a' });
  await counted([app], 'done', ({ done }) => done === 1);
  await app.close();
  return tracer;
}

export const tracePlays: readonly Play[] = [
  play(
    'publishAll gives each message a context of its own, and answers in order',
    async (stage) => {
      const tracer = new MarkingTracer();
      const app = await stage.start(() => undefined, { tracer });
      const all = items(25, 5);

      const receipts = await app.publisher.publishAll(channelOf(stage), all);
      await counted([app], 'all done', ({ done }) => done === 25);
      const [published] = app.control.published();
      await app.close();

      assert.equal(new Set(receipts.map(({ id }) => id)).size, 25);
      assert.deepEqual(tracer.runs.map(({ traceparent }) => traceparent).sort(), tracer.sent);
      assert.deepEqual(published, {
        kind: stage.features.kind,
        channel: stage.channel.name,
        published: 25,
        failed: 0,
        contexts: { whole: 25, traceparent: 0, xray: 0, none: 0 },
      });
    },
  ),

  play(
    'publishAll sends nothing where one is invalid, and says which were refused',
    async (stage) => {
      const app = await stage.start(() => undefined);
      const channel = channelOf(stage);
      const good = items(3, 3);
      const misfit = { id: 7, key: 'a' } as unknown as { id: string; key: string };
      const large = { id: 'x'.repeat(stage.features.largest), key: 'large' };

      await assert.rejects(app.publisher.publishAll(channel, [...good, misfit]), {
        code: 'TL_MESSAGE_INVALID',
      });
      const refused = await app.publisher
        .publishAll(channel, [...good, large])
        .catch((error: unknown) => error);
      await counted([app], 'the good ones', ({ done }) => done === 3);
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

  play('a retry that came late goes on in its trace', async (stage) => {
    const { runs } = await runsOfOne(stage, 'continue');

    assert.deepEqual(
      runs.map(({ run }) => [run.attempt, run.trace]),
      [
        [1, undefined],
        [2, undefined],
      ],
    );
  }),

  play(
    'a retry that came late stands in a trace of its own where its handler wants that',
    async (stage) => {
      const { runs } = await runsOfOne(stage, 'link');

      const [first, second] = runs;
      assert.deepEqual([first?.run.trace, second?.run.trace], [undefined, 'link']);
      assert.deepEqual(second?.run.earlier, [first?.ids]);
    },
  ),

  play(
    'what runs side by side keeps apart, in each look and in each line of the log',
    async (stage) => {
      const tracer = new MarkingTracer();
      const strangers: string[] = [];
      const app = await stage.start(
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

      await app.publisher.publishAll(channelOf(stage), many);
      await counted([app], 'all dead', ({ deadLetters }) => deadLetters === MANY);
      await app.close();

      const traces = new Map(tracer.runs.map(({ id, ids }) => [id, ids.traceId]));
      const lines = stage.chronicle.of('log').flatMap(({ id }) => {
        const found = /message (\S+) of .*trace ([0-9a-f]{32})/.exec(id);
        const [, message = '', trace] = found ?? [];
        // The log is also that of the plays beside this one.
        return traces.has(message) ? [{ message, trace }] : [];
      });
      assert.deepEqual(strangers, []);
      assert.equal(new Set(lines.map(({ message }) => message)).size, MANY);
      for (const { message, trace } of lines) assert.equal(trace, traces.get(message));
      assert.equal(tracer.current(), undefined);
    },
  ),

  play('what was redriven tells of the attempt that failed', async (stage) => {
    const tracer = new MarkingTracer();
    let isMended = false;
    const app = await stage.start(
      () => {
        if (!isMended) throw new Reject('not yet');
      },
      { deadLetter: true, trace: 'link', tracer },
    );
    await stage.send({ id: 'a0', key: 'a' });
    await counted([app], 'dead', ({ deadLetters }) => deadLetters === 1);
    isMended = true;

    await app.control.redrive('Items.handle');
    await counted([app], 'done', ({ done }) => done === 1);
    await app.close();

    const [failed, mended] = tracer.runs;
    assert.deepEqual(mended?.run.earlier, [failed?.ids]);
    assert.deepEqual(
      tracer.runs.map(({ run }) => run.trace),
      [undefined, 'link'],
    );
  }),
];

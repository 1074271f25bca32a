import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { setImmediate as tick, setTimeout as pause } from 'node:timers/promises';
import { delay, from, lastValueFrom, map, mergeMap, timer } from 'rxjs';
import type { Tracer, Work } from 'throughline/tracing';
import { done, messageOf, run, toAudit, traceIdOf } from '../messages.js';
import { ofKind, spanOf, writtenBy } from '../reading.js';
import { always, type TracerCase } from '../tracer-case.js';

const HANDLERS = 1_000;

/** Sends a message, and returns the current span. */
function look(tracer: Tracer) {
  const sending = tracer.send(toAudit);
  sending.end();
  return { current: tracer.current(), sending };
}

type Look = ReturnType<typeof look>;

/** Asynchronous steps of a handler, so that the handlers of many messages interleave. */
async function interleave(tracer: Tracer, number: number): Promise<readonly Look[]> {
  const looks: Look[] = [look(tracer)];
  await pause(number % 7);
  looks.push(look(tracer));

  const emitter = new EventEmitter();
  const ended = once(emitter, 'done');
  emitter.on('news', () => {
    looks.push(look(tracer));
    setImmediate(() => emitter.emit('done'));
  });
  setTimeout(() => emitter.emit('news'), number % 5);
  await ended;

  const late = from([1, 2]).pipe(
    delay(number % 3),
    mergeMap(() => timer(1)),
    map(() => looks.push(look(tracer))),
  );
  await lastValueFrom(late);
  await Promise.all([tick(), Promise.resolve().then(() => looks.push(look(tracer)))]);
  queueMicrotask(() => looks.push(look(tracer)));
  await tick();
  return looks;
}

const LOOKS = 7;

async function handle(
  tracer: Tracer,
  number: number,
): Promise<{ work: Work; looks: readonly Look[] }> {
  const work = tracer.process(messageOf(number), run);
  const looks = await work.run(() => interleave(tracer, number));
  assert.equal(tracer.current(), undefined);
  work.end(done);
  assert.equal(tracer.current(), undefined);
  return { work, looks };
}

export const isolationCases: readonly TracerCase[] = [
  always(
    `${HANDLERS} handlers at a time, through awaits, timers, emitters and streams, each in its own trace`,
    async ({ tracer, spans }, { records }) => {
      const all = await Promise.all(
        Array.from({ length: HANDLERS }, (_, number) => handle(tracer, number)),
      );

      assert.equal(tracer.current(), undefined);
      for (const [number, { work, looks }] of all.entries()) {
        assert.equal(looks.length, LOOKS);
        for (const { current, sending } of looks) {
          assert.deepEqual(current, work.ids);
          if (records) assert.equal(writtenBy(sending).traceId, traceIdOf(number));
          else assert.equal(sending.traceparent, undefined);
        }
      }
      if (!records) return;
      const found = await spans();
      const parents = new Map(found.map(({ spanId, parentId }) => [spanId, parentId]));
      assert.equal(ofKind(found, 'process').length, HANDLERS);
      for (const { work, looks } of all) {
        spanOf(
          found.filter(({ kind }) => kind === 'process'),
          work.ids,
        );
        for (const { sending } of looks)
          assert.equal(parents.get(writtenBy(sending).spanId), work.ids?.spanId);
      }
    },
  ),

  always('nothing is current for whoever opens, runs or ends', async ({ tracer }) => {
    const work = tracer.process(messageOf(1), run);
    assert.equal(tracer.current(), undefined);
    const running = work.run(() => tick());
    assert.equal(tracer.current(), undefined);
    await running;
    const batch = tracer.processBatch([messageOf(2)], run);
    batch.run(() => undefined);
    assert.equal(tracer.current(), undefined);
    work.end(done);
    batch.end(done);
    assert.equal(tracer.current(), undefined);
  }),

  always('a handler inside another’s is in its own, and the other continues', ({ tracer }) => {
    const outer = tracer.process(messageOf(1), run);
    const inner = tracer.process(messageOf(2), run);
    outer.run(() => {
      assert.deepEqual(tracer.current(), outer.ids);
      inner.run(() => {
        assert.deepEqual(tracer.current(), inner.ids);
      });
      inner.end(done);
      assert.deepEqual(tracer.current(), outer.ids);
    });
    outer.end(done);
    return Promise.resolve();
  }),

  always('other stores are seen inside as they are outside', async ({ tracer }) => {
    const tenants = new AsyncLocalStorage<string>();
    const work = tracer.process(messageOf(1), run);
    await tenants.run('acme', () =>
      work.run(async () => {
        assert.equal(tenants.getStore(), 'acme');
        await tick();
        assert.equal(
          tracer.suppress(() => tenants.getStore()),
          'acme',
        );
      }),
    );
    work.end(done);
  }),
];

import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import type { Sending, TraceIds } from 'throughline/tracing';
import type { OpenTracer } from '../contract.js';
import {
  bare,
  contextOf,
  done,
  messageOf,
  run,
  senderOf,
  toAudit,
  traceIdOf,
} from '../messages.js';
import { linksOf, linkTo, ofKind, spanOf, writtenBy } from '../reading.js';
import { always, recorded, type TracerCase } from '../tracer-case.js';

const SIZE = 100;
const FAILING = 41;

/** The span and the send of one message of a batch. */
interface Handled {
  readonly ids: TraceIds | undefined;
  readonly sending: Sending;
}

/** A handler with `each`: every message has its own span, concurrently, and a send in it. */
async function handle({ tracer }: OpenTracer, traces: number) {
  const messages = Array.from({ length: SIZE }, (_, number) => messageOf(number, number % traces));
  const batch = tracer.processBatch(messages, run);
  const { handled, outside } = await batch.run(async () => {
    const handled = await Promise.all(
      messages.map(async (message, number): Promise<Handled> => {
        const work = tracer.process(message, { ...run, batch: batch.ids });
        const sending = await work.run(async () => {
          await tick();
          return tracer.send(toAudit);
        });
        sending.end();
        work.end(
          number === FAILING
            ? { failed: true, error: new Error('out of stock'), labels: { outcome: 'retry' } }
            : done,
        );
        return { ids: work.ids, sending };
      }),
    );
    const outside = tracer.send(toAudit);
    outside.end();
    return { handled, outside };
  });
  batch.end({ failed: false, labels: { failed: 1 } });
  return { batch, handled, outside };
}

const batchOf = (traces: number): TracerCase =>
  recorded(
    `a batch of ${SIZE} messages from ${traces} traces: each in its own, one failing, and all linked`,
    async (open) => {
      const { batch, handled, outside } = await handle(open, traces);

      const found = await open.spans();
      const root = spanOf(found, batch.ids);
      assert.equal(root.kind, 'batch');
      assert.equal(root.parentId, undefined);
      assert.equal(root.failed, false);
      assert.deepEqual(
        linksOf(root),
        handled.map((_, number) => linkTo(traceIdOf(number % traces), senderOf(number))).toSorted(),
      );
      assert.equal(ofKind(found, 'process').length, SIZE);
      assert.equal(new Set(ofKind(found, 'process').map(({ traceId }) => traceId)).size, traces);
      for (const [number, { ids, sending }] of handled.entries()) {
        const own = spanOf(found, ids);
        assert.equal(own.traceId, traceIdOf(number % traces));
        assert.equal(own.parentId, senderOf(number));
        assert.deepEqual(linksOf(own), [linkTo(root.traceId, root.spanId)]);
        assert.equal(own.failed, number === FAILING);
        assert.equal(own.labels.outcome, number === FAILING ? 'retry' : 'ack');
        assert.equal(spanOf(found, writtenBy(sending)).parentId, own.spanId);
      }
      assert.equal(spanOf(found, writtenBy(outside)).parentId, root.spanId);
      assert.equal(ofKind(found, 'send').length, SIZE + 1);
      assert.equal(open.tracer.current(), undefined);
    },
  );

export const batchCases: readonly TracerCase[] = [
  batchOf(SIZE),
  batchOf(5),

  recorded(
    'a batch links once to a context, and to none that is not there',
    async ({ tracer, spans }) => {
      const twice = { ...bare, traceparent: contextOf(6, 6) };
      tracer.processBatch([twice, twice, bare], run).end(done);

      assert.deepEqual((await spans()).map(linksOf), [[linkTo(traceIdOf(6), senderOf(6))]]);
    },
  ),

  recorded('a batch has failed where its handler has', async ({ tracer, spans }) => {
    const batch = tracer.processBatch([messageOf(1)], run);
    batch.end({ failed: true, error: new TypeError('no ledger') });

    assert.equal(spanOf(await spans(), batch.ids).failed, true);
  }),

  recorded(
    'what is current where it is opened is not the parent of a batch',
    async ({ tracer, spans }) => {
      const outer = tracer.process(messageOf(1), run);
      const batch = outer.run(() => tracer.processBatch([messageOf(2)], run));
      batch.end(done);
      outer.end(done);

      const root = spanOf(await spans(), batch.ids);
      assert.equal(root.parentId, undefined);
      assert.notEqual(root.traceId, traceIdOf(1));
    },
  ),

  always('a batch of nothing runs all the same', ({ tracer }) => {
    const batch = tracer.processBatch([], run);
    assert.equal(
      batch.run(() => 42),
      42,
    );
    batch.end(done);
    return Promise.resolve();
  }),
];

import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import { parseTraceparent, type Sending } from 'throughline/tracing';
import { bare, done, messageOf, run, senderOf, toAudit, traceIdOf } from '../messages.js';
import { isThe, ofKind, spanOf, writtenBy } from '../reading.js';
import { always, recorded, type TracerCase } from '../tracer-case.js';

const MANY = 600;

export const sendCases: readonly TracerCase[] = [
  recorded(
    'a send hangs from what is current, and its message names it',
    async ({ tracer, spans }) => {
      const work = tracer.process(messageOf(1), run);
      const sending = work.run(() => tracer.send(toAudit));
      sending.end(undefined, { message_id: 'm-9' });
      work.end(done);

      const span = spanOf(await spans(), writtenBy(sending));
      assert.equal(span.kind, 'send');
      assert.equal(span.parentId, work.ids?.spanId);
      assert.equal(span.traceId, traceIdOf(1));
      assert.equal(span.failed, false);
    },
  ),

  always('where nothing is current, a send writes nothing', async ({ tracer, spans }) => {
    const sending = tracer.send(toAudit);
    sending.end();

    assert.deepEqual([sending.traceparent, sending.tracestate], [undefined, undefined]);
    assert.deepEqual(await spans(), []);
  }),

  recorded('a send that failed says so, and its work does not', async ({ tracer, spans }) => {
    const work = tracer.process(bare, run);
    const sending = work.run(() => tracer.send(toAudit));
    sending.end(new Error('no leader'));
    work.end(done);

    const found = await spans();
    assert.equal(spanOf(found, writtenBy(sending)).failed, true);
    assert.equal(spanOf(found, work.ids).failed, false);
  }),

  recorded('a send is never current', async ({ tracer, spans }) => {
    const work = tracer.process(bare, run);
    const sendings = await work.run(async () => {
      const first = tracer.send(toAudit);
      assert.deepEqual(tracer.current(), work.ids);
      const second = tracer.send(toAudit);
      await tick();
      second.end();
      first.end();
      assert.deepEqual(tracer.current(), work.ids);
      return [first, second];
    });
    work.end(done);

    const found = await spans();
    for (const sending of sendings)
      assert.equal(spanOf(found, writtenBy(sending)).parentId, work.ids?.spanId);
  }),

  recorded(
    `of ${MANY} sends in one handler, what was written was reported, or says that it is not sampled`,
    async ({ tracer, spans }) => {
      const work = tracer.process(messageOf(2), run);
      const sendings = await work.run(async () => {
        const made: Sending[] = [];
        for (let count = 0; count < MANY; count += 1) {
          const sending = tracer.send(toAudit);
          if (count % 50 === 0) await tick();
          sending.end(count % 97 === 0 ? new Error('no leader') : undefined);
          made.push(sending);
        }
        return made;
      });
      work.end(done);

      const reported = new Set((await spans()).map(({ spanId }) => spanId));
      const orphaned = sendings
        .map(writtenBy)
        .filter(({ spanId, sampled }) => sampled && !reported.has(spanId));
      assert.deepEqual(orphaned, []);
      assert.deepEqual(
        new Set(sendings.map((sending) => writtenBy(sending).traceId)),
        new Set([traceIdOf(2)]),
      );
    },
  ),

  recorded(
    'what is not sampled stays so, with its tracestate, and is not reported',
    async ({ tracer, spans }) => {
      const traceparent = `00-${traceIdOf(3)}-${senderOf(3)}-00`;
      const work = tracer.process({ ...bare, traceparent, tracestate: 'es=s:0,shop=x' }, run);
      const sending = work.run(() => tracer.send(toAudit));
      sending.end();
      work.end(done);

      const written = parseTraceparent(sending.traceparent ?? '');
      assert.equal(written?.traceId, traceIdOf(3));
      assert.equal(written.flags & 1, 0);
      assert.match(sending.tracestate ?? '', /(^|,)shop=x(,|$)/);
      assert.deepEqual(await spans(), []);
    },
  ),

  always(
    'in a suppressed call nothing is current, and after it what was',
    async ({ tracer, spans }) => {
      const work = tracer.process(messageOf(4), run);
      const before = await work.run(async () => {
        const current = tracer.current();
        await tracer.suppress(async () => {
          assert.equal(tracer.current(), undefined);
          await tick();
          const sending = tracer.send(toAudit);
          sending.end();
          assert.equal(sending.traceparent, undefined);
        });
        assert.deepEqual(tracer.current(), current);
        return current;
      });
      work.end(done);

      assert.deepEqual(before, work.ids);
      assert.deepEqual(ofKind(await spans(), 'send'), []);
    },
  ),

  always('a suppressed call gives what is given, and throws what is thrown', async ({ tracer }) => {
    const unavailable = new Error('broker unavailable');
    const fail = (): never => {
      throw unavailable;
    };

    assert.equal(
      tracer.suppress(() => 42),
      42,
    );
    assert.throws(() => tracer.suppress(fail), isThe(unavailable));
    await assert.rejects(
      tracer.suppress(() => Promise.reject(unavailable)),
      isThe(unavailable),
    );
  }),
];

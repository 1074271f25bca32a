import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import { done, messageOf, run, toAudit } from '../messages.js';
import { isThe, ofKind, spanOf } from '../reading.js';
import { always, recorded, type TracerCase } from '../tracer-case.js';

export const endCases: readonly TracerCase[] = [
  recorded('says how it ended, and what became of the message', async ({ tracer, spans }) => {
    const good = tracer.process(messageOf(1), run);
    const bad = tracer.process(messageOf(2), { ...run, attempt: 3 });
    good.end(done);
    bad.end({ failed: true, error: new Error('out of stock'), labels: { outcome: 'dead_letter' } });

    const found = await spans();
    const [taken, failed] = [spanOf(found, good.ids), spanOf(found, bad.ids)];
    assert.deepEqual([taken.failed, failed.failed], [false, true]);
    assert.deepEqual([taken.labels.outcome, failed.labels.outcome], ['ack', 'dead_letter']);
    assert.deepEqual([taken.labels.attempt, failed.labels.attempt], [1, 3]);
    assert.deepEqual([taken.labels.handler, failed.labels.handler], [run.handler, run.handler]);
  }),

  recorded('a second end changes nothing', async ({ tracer, spans }) => {
    const work = tracer.process(messageOf(1), run);
    const sending = work.run(() => tracer.send(toAudit));
    for (const error of [undefined, new Error('too late')]) sending.end(error);
    work.end(done);
    work.end({ failed: true, error: new Error('too late'), labels: { outcome: 'retry' } });

    const found = await spans();
    assert.deepEqual(
      [...ofKind(found, 'process'), ...ofKind(found, 'send')].map(({ failed }) => failed),
      [false, false],
    );
    assert.equal(spanOf(found, work.ids).labels.outcome, 'ack');
  }),

  always('what runs after the end runs, and in nothing that is over', async ({ tracer, spans }) => {
    const work = tracer.process(messageOf(1), run);
    work.end(done);

    const seen = await work.run(async () => {
      await tick();
      return tracer.current();
    });

    assert.equal(seen, undefined);
    assert.equal(tracer.current(), undefined);
    await spans();
  }),

  always('gives what the work gives, and throws what it throws', async ({ tracer }) => {
    const work = tracer.process(messageOf(1), run);
    const thrown = new Error('out of stock');
    const fail = (): never => {
      throw thrown;
    };

    assert.equal(
      work.run(() => 42),
      42,
    );
    assert.throws(() => work.run(fail), isThe(thrown));
    await assert.rejects(
      work.run(() => Promise.reject(thrown)),
      isThe(thrown),
    );
    work.end({ failed: true, error: thrown });
  }),
];

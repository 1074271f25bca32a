import assert from 'node:assert/strict';
import { bare, contextOf, done, messageOf, run, senderOf, traceIdOf } from '../messages.js';
import { linksOf, linkTo, ofKind, spanOf } from '../reading.js';
import { recorded, type TracerCase } from '../tracer-case.js';

const INVALID = [
  '',
  'nonsense',
  `ff${contextOf(1, 1).slice(2)}`,
  `00-${'0'.repeat(32)}-${senderOf(1)}-01`,
  `00-${traceIdOf(1)}-${'0'.repeat(16)}-01`,
  `00-${'A'.repeat(32)}-${senderOf(1)}-01`,
];

export const parentCases: readonly TracerCase[] = [
  recorded('the context in the message is the parent of its span', async ({ tracer, spans }) => {
    const work = tracer.process(messageOf(7), run);
    work.end(done);

    const span = spanOf(await spans(), work.ids);
    assert.equal(span.kind, 'process');
    assert.equal(span.traceId, traceIdOf(7));
    assert.equal(span.parentId, senderOf(7));
    assert.deepEqual(span.links, []);
  }),

  recorded('a message without a context begins a trace', async ({ tracer, spans }) => {
    const works = [tracer.process(bare, run), tracer.process(bare, run)];
    for (const work of works) work.end(done);

    const roots = works.map(({ ids }) => ids);
    const found = (await spans()).filter(({ parentId }) => parentId === undefined);
    assert.equal(found.length, 2);
    assert.equal(new Set(roots.map((ids) => ids?.traceId)).size, 2);
  }),

  recorded('so does one whose context is not valid', async ({ tracer, spans }) => {
    for (const traceparent of INVALID)
      tracer.process({ ...bare, traceparent, tracestate: 'es=s:0.1' }, run).end(done);

    const found = await spans();
    assert.equal(found.length, INVALID.length);
    assert.deepEqual(
      found.map(({ parentId, links }) => [parentId, links.length]),
      INVALID.map(() => [undefined, 0]),
    );
  }),

  recorded('what is current where it is opened is not its parent', async ({ tracer, spans }) => {
    const outer = tracer.process(messageOf(1), run);
    const [root, child] = outer.run(() => [
      tracer.process(bare, run),
      tracer.process(messageOf(2), run),
    ]);
    for (const work of [root, child, outer]) work.end(done);

    const found = await spans();
    assert.equal(spanOf(found, root.ids).parentId, undefined);
    assert.notEqual(root.ids?.traceId, traceIdOf(1));
    assert.equal(spanOf(found, child.ids).parentId, senderOf(2));
  }),

  recorded(
    'with `link` it begins a trace, and links to the message’s',
    async ({ tracer, spans }) => {
      const work = tracer.process(messageOf(3), { ...run, attempt: 2, trace: 'link' });
      work.end(done);

      const span = spanOf(await spans(), work.ids);
      assert.equal(span.parentId, undefined);
      assert.notEqual(span.traceId, traceIdOf(3));
      assert.deepEqual(linksOf(span), [linkTo(traceIdOf(3), senderOf(3))]);
    },
  ),

  recorded(
    'with `link` and without a context there is nothing to link to',
    async ({ tracer, spans }) => {
      tracer.process(bare, { ...run, trace: 'link' }).end(done);

      assert.deepEqual(
        (await spans()).map(({ links }) => links),
        [[]],
      );
    },
  ),

  recorded(
    'a later run is linked to the one before, in the same trace',
    async ({ tracer, spans }) => {
      const first = tracer.process(messageOf(4), run);
      first.end({ failed: true, error: new Error('out of stock'), labels: { outcome: 'retry' } });
      const earlier = first.ids === undefined ? [] : [first.ids];
      const second = tracer.process(messageOf(4), { ...run, attempt: 2, earlier });
      second.end(done);

      const found = await spans();
      const [failed, retried] = [spanOf(found, first.ids), spanOf(found, second.ids)];
      assert.deepEqual(linksOf(retried), [linkTo(failed.traceId, failed.spanId)]);
      assert.deepEqual([failed.parentId, retried.parentId], [senderOf(4), senderOf(4)]);
      assert.deepEqual([failed.traceId, retried.traceId], [traceIdOf(4), traceIdOf(4)]);
      assert.deepEqual([failed.labels.attempt, retried.labels.attempt], [1, 2]);
      assert.deepEqual([failed.labels.outcome, retried.labels.outcome], ['retry', 'ack']);
      assert.deepEqual(
        ofKind(found, 'process').map(({ failed }) => failed),
        [true, false],
      );
    },
  ),

  recorded('with `link` a later run links to both', async ({ tracer, spans }) => {
    const earlier = [{ traceId: traceIdOf(8), spanId: senderOf(9) }];
    const work = tracer.process(messageOf(5), { ...run, attempt: 2, earlier, trace: 'link' });
    work.end(done);

    assert.deepEqual(
      linksOf(spanOf(await spans(), work.ids)),
      [linkTo(traceIdOf(5), senderOf(5)), linkTo(traceIdOf(8), senderOf(9))].toSorted(),
    );
  }),
];

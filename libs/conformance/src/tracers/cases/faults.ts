import assert from 'node:assert/strict';
import { setImmediate as tick } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Incoming, Labels, Tracer } from 'throughline/tracing';
import type { OpenTracer, TracerSubject } from '../contract.js';
import { bare, done, messageOf, run, toAudit } from '../messages.js';
import { isThe, spanOf } from '../reading.js';
import { always, broken, lossy, type TracerCase } from '../tracer-case.js';

const throwing = (): never => {
  throw new Error('do not look');
};

/** Labels that no type allows, but JavaScript does. */
const garbage = (descriptor: PropertyDescriptor): Labels =>
  Object.defineProperty({}, 'outcome', { ...descriptor, enumerable: true });

const impossibleLabels: readonly Labels[] = [
  garbage({ value: 10n ** 40n }),
  garbage({ get: throwing }),
  garbage({ value: Symbol('outcome') }),
  garbage({ value: null }),
  garbage({ value: { nested: { deeply: true } } }),
];

const strangeLabels: Labels = {
  outcome: NaN,
  delay_ms: -Infinity,
  'a.name*with"signs': 'x'.repeat(100_000),
  '': '',
};

const strangeErrors = (): readonly unknown[] => {
  const cyclic = new Error('round and round');
  cyclic.cause = cyclic;
  return [
    cyclic,
    Object.assign(new Error('huge'), { amount: 10n ** 40n, inner: cyclic }),
    Object.defineProperty(new Error('shy'), 'message', { get: throwing }),
    Object.defineProperty(new Error('shy'), 'stack', { get: throwing }),
    Object.defineProperty(new Error('shy'), 'code', { get: throwing, enumerable: true }),
    new Proxy(new Error('closed'), { get: throwing, has: throwing, ownKeys: throwing }),
    Object.create(null),
    Object.freeze(new AggregateError([cyclic, null])),
    null,
    'a text',
    42n,
    Symbol('thrown'),
    throwing,
    { toString: throwing, [inspect.custom]: throwing },
  ];
};

/** Processes a message with these labels and this error. */
function deliver(tracer: Tracer, message: Incoming, labels: Labels, error: unknown): string {
  const work = tracer.process(message, { ...run, content: undefined });
  const handled = work.run(() => {
    const sending = tracer.send({ ...toAudit, facts: labels });
    const answer = tracer.suppress(() => 'handled');
    sending.end(error, labels);
    return answer;
  });
  work.end({ failed: true, error, labels });
  const batch = tracer.processBatch([message], run);
  batch.run(() => undefined);
  batch.end({ failed: true, error, labels });
  return handled;
}

/** The tracer still works. */
async function stillWorks(
  { tracer, spans }: OpenTracer,
  { records }: TracerSubject,
): Promise<void> {
  // The vendor may still do something in a later tick.
  await tick();
  const after = tracer.process(messageOf(3), run);
  after.end(done);
  const found = await spans();
  if (records) assert.equal(spanOf(found, after.ids).labels.outcome, 'ack');
}

export const faultCases: readonly TracerCase[] = [
  always('no error and no label throws, whatever it is made of', async (open, subject) => {
    const { tracer } = open;
    for (const error of strangeErrors())
      assert.equal(deliver(tracer, messageOf(1), { outcome: 'retry' }, error), 'handled');
    const strange = { ...messageOf(2), facts: strangeLabels };
    assert.equal(deliver(tracer, strange, strangeLabels, 'a text'), 'handled');
    for (const sentAt of [NaN, Infinity, -1, 8.64e15])
      assert.equal(deliver(tracer, { ...bare, sentAt }, {}, undefined), 'handled');

    await stillWorks(open, subject);
  }),

  lossy('nor does one that no type allows', async (open, subject) => {
    for (const labels of impossibleLabels)
      assert.equal(
        deliver(open.tracer, { ...messageOf(2), facts: labels }, labels, 'a text'),
        'handled',
      );

    await stillWorks(open, subject);
  }),

  broken('a vendor whose every call throws affects no message', async ({ tracer }) => {
    const thrown = new Error('out of stock');

    assert.equal(deliver(tracer, messageOf(1), { outcome: 'retry' }, thrown), 'handled');
    const work = tracer.process(messageOf(2), run);
    await assert.rejects(
      work.run(() => Promise.reject(thrown)),
      isThe(thrown),
    );
    work.end({ failed: true, error: thrown });
    assert.equal(tracer.current(), undefined);
    assert.deepEqual(await tracer.flush(AbortSignal.timeout(1_000)), { lost: 0 });
  }),
];

import assert from 'node:assert/strict';
import { done, messageOf, run } from '../messages.js';
import { ofKind } from '../reading.js';
import { always, recorded, type TracerCase } from '../tracer-case.js';

const LIMIT = 10_000;

export const flushCases: readonly TracerCase[] = [
  recorded('hands out what has ended, and knows of nothing lost', async ({ tracer, spans }) => {
    for (let number = 0; number < 300; number += 1)
      tracer.process(messageOf(number), run).end(done);

    assert.deepEqual(await tracer.flush(AbortSignal.timeout(LIMIT)), { lost: 0 });
    assert.equal(ofKind(await spans(), 'process').length, 300);
  }),

  always(
    'may be asked for again, several times at once, and with nothing to do',
    async ({ tracer }) => {
      tracer.process(messageOf(1), run).end(done);
      const ask = (): Promise<unknown> => tracer.flush(AbortSignal.timeout(LIMIT));

      const answers = [...(await Promise.all([ask(), ask(), ask()])), await ask()];

      assert.deepEqual(answers, Array(4).fill({ lost: 0 }));
    },
  ),

  always('does not wait beyond its deadline', async ({ tracer }) => {
    tracer.process(messageOf(1), run).end(done);

    await tracer.flush(AbortSignal.abort());
  }),
];

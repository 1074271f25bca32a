import { trialRow } from '../row.js';
import type { Wish } from '../worker/wish.js';
import type { Trial } from '../harness/trial.js';
import { jobs } from '../worker/job.js';

const FAULT = 'APM Server down';

/** Messages per second of one worker that starts on a full channel. */
async function rate(
  trial: Trial,
  count: number,
  name: string,
  wish: Partial<Wish>,
): Promise<number> {
  const before = trial.ledger.effects.size;
  const worker = await trial.hire(wish);
  const began = performance.now();
  await trial.produce(jobs({ count, keys: 100, name }));
  await trial.effects(before + count, 120_000);
  const seconds = (performance.now() - began) / 1_000;
  await worker.terminate();
  return Math.round(count / seconds);
}

/** Nobody takes what the tracer sends: delivery does not care. */
export const tracerDown = trialRow({
  fault: FAULT,
  kinds: ['kafka', 'sqs'],
  inShort: ['kafka'],
  play: async (trial, stage) => {
    const count = stage.pick(1_000, 5_000, 10_000);
    const without = await rate(trial, count, 'without-', {});
    const withTracer = await rate(trial, count, 'with-', { tracer: 'elastic' });

    return trial.conclude(FAULT, {
      allowed: 0,
      notes: [`${without}/s without a tracer, ${withTracer}/s with one that reaches nobody`],
    });
  },
});

import { defineRow } from '../../row.js';
import type { WorkerSettings } from '../../worker/worker-settings.js';
import type { RowFixture } from '../../harness/row-fixture.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'APM Server down';

/** Messages per second of one worker. */
async function rate(
  fixture: RowFixture,
  count: number,
  name: string,
  settings: Partial<WorkerSettings>,
): Promise<number> {
  const before = fixture.ledger.effects.size;
  const worker = await fixture.startWorker(settings);
  const began = performance.now();
  await fixture.produce(jobs({ count, keys: 100, name }));
  await fixture.effects(before + count, 120_000);
  const seconds = (performance.now() - began) / 1_000;
  await worker.terminate();
  return Math.round(count / seconds);
}

/** The APM Server is unreachable. Delivery continues at its normal rate. */
export const tracerDown = defineRow({
  fault: FAULT,
  targets: ['kafka', 'sqs'],
  inShort: ['kafka'],
  run: async (fixture, environment) => {
    const count = environment.pick(1_000, 5_000, 10_000);
    const without = await rate(fixture, count, 'without-', {});
    const withTracer = await rate(fixture, count, 'with-', { tracer: 'elastic' });

    return fixture.finish(FAULT, {
      allowed: 0,
      remarks: [`${without}/s without a tracer, ${withTracer}/s with one that reaches nobody`],
    });
  },
});

import { ALL_TARGETS, defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'drain deadline exceeded';
const STOP_LIMIT_MS = 10_000;

/** The shutdown deadline passes before the handlers end. Unfinished messages are redelivered; none of them was settled. */
export const drainDeadline = defineRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'sqs'],
  options: () => ({ worker: { shutdownTimeout: '1s' } }),
  run: async (fixture, environment) => {
    const first = await fixture.startWorker();
    await fixture.produce(jobs({ count: environment.pick(20, 60, 120), keys: 20, work: 4_000 }));
    await fixture.begun(10);

    const { code, ms } = await first.terminate();
    fixture.ledger.died(first.name);
    await fixture.startWorker({ shutdownTimeout: '25s' });

    return fixture.finish(FAULT, {
      remarks: [`ended after ${ms} ms`],
      failures: [
        code !== 0 && `ended with ${String(code)}`,
        ms > STOP_LIMIT_MS && `ended after ${ms} ms`,
      ],
      timeout: 120_000,
    });
  },
});

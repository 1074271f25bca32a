import { ALL, trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'drain deadline exceeded';
const LEAVING = 10_000;

/** A stop that is over before the handlers are: what is unfinished comes again, and none of it was settled. */
export const drainDeadline = trialRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'sqs'],
  options: () => ({ worker: { shutdownTimeout: '1s' } }),
  play: async (trial, stage) => {
    const first = await trial.hire();
    await trial.produce(jobs({ count: stage.pick(20, 60, 120), keys: 20, work: 4_000 }));
    await trial.begun(10);

    const { code, ms } = await first.terminate();
    trial.ledger.died(first.name);
    await trial.hire({ shutdownTimeout: '25s' });

    return trial.conclude(FAULT, {
      notes: [`ended after ${ms} ms`],
      failures: [
        code !== 0 && `ended with ${String(code)}`,
        ms > LEAVING && `ended after ${ms} ms`,
      ],
      patience: 120_000,
    });
  },
});

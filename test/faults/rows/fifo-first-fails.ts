import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'FIFO, one group, the first fails four times';
const FAILURES = 4;

/** The group waits for its first message; the others run once, with attempt 1. */
export const fifoFirstFails = trialRow({
  fault: FAULT,
  kinds: ['fifo'],
  options: () => ({ worker: { backoff: { first: '1s', longest: '2s' } } }),
  play: async (trial) => {
    const { ledger } = trial;
    await trial.hire();
    const all = jobs({ count: 30, keys: 1 }).map((job) =>
      job.seq === 0 ? { ...job, failures: FAILURES } : job,
    );
    await trial.produce(all);
    await trial.effects(all.length);

    const [first, ...others] = all.map(({ id }) => ledger.runsOf(id).map(({ attempt }) => attempt));
    return trial.conclude(FAULT, {
      allowed: 0,
      notes: [`attempts of the first: ${first?.join(' ') ?? ''}`],
      failures: [
        first?.join(' ') !== '1 2 3 4 5' && `the first ran as attempts ${first?.join(' ') ?? ''}`,
        others.some((attempts) => attempts.join() !== '1') &&
          'another did not run once as attempt 1',
      ],
    });
  },
});

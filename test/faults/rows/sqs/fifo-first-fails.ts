import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'FIFO, one group, the first fails four times';
const FAILURES = 4;

/** The group waits for its first message. The others run one time, with attempt 1. */
export const fifoFirstFails = defineRow({
  fault: FAULT,
  targets: ['fifo'],
  options: () => ({ worker: { backoff: { first: '1s', longest: '2s' } } }),
  run: async (fixture) => {
    const { ledger } = fixture;
    await fixture.startWorker();
    const all = jobs({ count: 30, keys: 1 }).map((job) =>
      job.seq === 0 ? { ...job, failures: FAILURES } : job,
    );
    await fixture.produce(all);
    await fixture.effects(all.length);

    const [first, ...others] = all.map(({ id }) => ledger.runsOf(id).map(({ attempt }) => attempt));
    return fixture.finish(FAULT, {
      allowed: 0,
      remarks: [`attempts of the first: ${first?.join(' ') ?? ''}`],
      failures: [
        first?.join(' ') !== '1 2 3 4 5' && `the first ran as attempts ${first?.join(' ') ?? ''}`,
        others.some((attempts) => attempts.join() !== '1') &&
          'another did not run once as attempt 1',
      ],
    });
  },
});

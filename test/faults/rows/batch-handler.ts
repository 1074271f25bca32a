import { ALL, trialRow } from '../row.js';
import { ALWAYS, jobs } from '../worker/job.js';

const FAULT = 'batch handler: some of it fails, then SIGKILL';
const EVERY = 10;

/** In each batch some messages fail once and one fails always, and a process is killed in the middle of a batch. */
export const batchHandler = trialRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'sqs'],
  options: (stage) => ({
    visibility: stage.pick(5, 10, 30),
    worker: { batch: { size: 20, within: '50ms' }, concurrency: 40 },
  }),
  play: async (trial, stage) => {
    const { ledger } = trial;
    const count = stage.pick(400, 2_000, 6_000);
    const [victim] = await trial.hireMany(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    const some = jobs({ count, keys: 100, work: 100 }).map((job, index) =>
      index % EVERY === 0 ? { ...job, failures: 1 } : job,
    );
    await trial.produce([
      { id: 'poison', key: 'poisoned', seq: 0, work: 0, failures: ALWAYS },
      ...some,
    ]);
    await trial.effects(count / 4);
    const wasAtWork = await ledger.until(() => ledger.unsettledOf(victim.name).size > 1);

    await victim.kill();

    return trial.conclude(FAULT, {
      notes: [`${ledger.count('failed')} runs failed before the kill`],
      failures: [
        !wasAtWork && 'no batch was at work when it was killed',
        // A receive that a crash has used up counts on a standard queue, so some run as attempt 2 and do not fail.
        () => ledger.count('failed') < count / EVERY / 2 && 'too few have failed',
      ],
      patience: 120_000,
    });
  },
});

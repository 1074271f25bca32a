import { ALL_TARGETS, defineRow } from '../../row.js';
import { ALWAYS, jobs } from '../../worker/job.js';

const FAULT = 'batch handler: some of it fails, then SIGKILL';
const EVERY = 10;

/** Some messages fail the first time, one always fails, and a process is killed in the middle of a batch. */
export const batchHandler = defineRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'sqs'],
  options: (environment) => ({
    visibility: environment.pick(5, 10, 30),
    worker: { batch: { size: 20, within: '50ms' }, concurrency: 40 },
  }),
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const count = environment.pick(400, 2_000, 6_000);
    const [victim] = await fixture.startWorkers(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    const some = jobs({ count, keys: 100, work: 100 }).map((job, index) =>
      index % EVERY === 0 ? { ...job, failures: 1 } : job,
    );
    await fixture.produce([
      { id: 'poison', key: 'poisoned', seq: 0, work: 0, failures: ALWAYS },
      ...some,
    ]);
    await fixture.effects(count / 4);
    const wasInProgress = await ledger.until(() => ledger.unsettledOf(victim.name).size > 1);

    await victim.kill();

    return fixture.finish(FAULT, {
      remarks: [`${ledger.count('failed')} runs failed before the kill`],
      failures: [
        !wasInProgress && 'no batch was in progress when it was killed',
        // On a standard queue, a receive that ended in the crash counts, so some messages run as attempt 2 and do not fail.
        () => ledger.count('failed') < count / EVERY / 2 && 'too few have failed',
      ],
      timeout: 120_000,
    });
  },
});

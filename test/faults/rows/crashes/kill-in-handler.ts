import { ALL_TARGETS, defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'SIGKILL in a handler';

/** A process is killed in a handler. No message is lost, and only what had begun runs again. */
export const killInHandler = defineRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'fifo'],
  options: (environment) => ({ visibility: environment.pick(5, 10, 30) }),
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const count = environment.pick(300, 2_000, 6_000);
    const [victim] = await fixture.startWorkers(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    await fixture.produce(jobs({ count, keys: 40, work: 100 }));
    await fixture.effects(count / 4);
    const wasInProgress = await ledger.until(() => ledger.unsettledOf(victim.name).size > 0);

    await victim.kill();

    return fixture.finish(FAULT, {
      failures: [!wasInProgress && 'nothing was in progress when it was killed'],
      timeout: 120_000,
    });
  },
});

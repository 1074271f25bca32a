import { ALL, trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'SIGKILL in a handler';

/** SIGKILL in a handler: no message is lost, and only what was begun runs again. */
export const killInHandler = trialRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'fifo'],
  options: (stage) => ({ visibility: stage.pick(5, 10, 30) }),
  play: async (trial, stage) => {
    const { ledger } = trial;
    const count = stage.pick(300, 2_000, 6_000);
    const [victim] = await trial.hireMany(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    await trial.produce(jobs({ count, keys: 40, work: 100 }));
    await trial.effects(count / 4);
    const wasAtWork = await ledger.until(() => ledger.unsettledOf(victim.name).size > 0);

    await victim.kill();

    return trial.conclude(FAULT, {
      failures: [!wasAtWork && 'nothing was at work when it was killed'],
      patience: 120_000,
    });
  },
});

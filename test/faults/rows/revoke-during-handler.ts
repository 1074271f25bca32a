import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'revoke during a handler';
/** Longer than a rebalance waits for handlers, or they would just end. */
const WORK = 13_000;

/** Partitions go while handlers are at work: their signal aborts, and nothing of them is committed afterwards. */
export const revokeDuringHandler = trialRow({
  fault: FAULT,
  kinds: ['kafka'],
  play: async (trial, stage) => {
    const first = await trial.hire();
    await trial.produce(jobs({ count: stage.pick(10, 20, 40), keys: 20, work: WORK }));
    await trial.begun(8);

    trial.ledger.recoverFrom();
    const guest = await trial.welcomeGuest();
    const hasAborted = await trial.ledger.until(() => trial.ledger.has('aborted', first.name));

    await guest.leave();

    return trial.conclude(FAULT, {
      failures: [!hasAborted && 'no signal has aborted'],
      patience: 180_000,
    });
  },
});

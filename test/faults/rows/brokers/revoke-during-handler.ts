import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'revoke during a handler';
/** Longer than a rebalance waits for handlers. Otherwise they would just end. */
const WORK = 13_000;

/** Partitions are revoked while handlers run. Their signals abort, and nothing of them is committed afterwards. */
export const revokeDuringHandler = defineRow({
  fault: FAULT,
  targets: ['kafka'],
  run: async (fixture, environment) => {
    const first = await fixture.startWorker();
    await fixture.produce(jobs({ count: environment.pick(10, 20, 40), keys: 20, work: WORK }));
    await fixture.begun(8);

    fixture.ledger.recoverFrom();
    const extraMember = await fixture.addMember();
    const hasAborted = await fixture.ledger.until(() => fixture.ledger.has('aborted', first.name));

    await extraMember.leave();

    return fixture.finish(FAULT, {
      failures: [!hasAborted && 'no signal has aborted'],
      timeout: 180_000,
    });
  },
});

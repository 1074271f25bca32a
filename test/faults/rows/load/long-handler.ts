import { brokerOf } from '../../harness/target.js';
import { ALL_TARGETS, defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'handler longer than the visibility or session';

/** A handler takes three times as long as the visibility timeout or the session timeout. It runs one time. */
export const longHandler = defineRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'fifo'],
  options: (environment) => ({
    visibility: environment.pick(3, 5, 30),
    worker: { sessionTimeout: environment.pick('6s', '6s', '10s') },
  }),
  run: async (fixture, environment) => {
    const work =
      brokerOf(fixture.target) === 'kafka'
        ? environment.pick(9_000, 18_000, 60_000)
        : environment.pick(9_000, 15_000, 90_000);
    const worker = await fixture.startWorker();
    await fixture.produce(jobs({ count: 5, keys: 5, work }));
    await fixture.effects(5, work * 3);

    const { ledger, traffic } = fixture;
    const rebalances = ledger.count('assigned') - 1;
    const receipts = [...traffic.receipts.values()];
    return fixture.finish(FAULT, {
      allowed: 0,
      remarks: [`${work / 1_000} s each`],
      failures: [
        brokerOf(fixture.target) === 'kafka' && rebalances > 0 && `${rebalances} rebalances`,
        receipts.some(({ length }) => length !== 1) && 'received more than once',
        ledger.has('aborted', worker.name) && 'a signal has aborted',
      ],
    });
  },
});

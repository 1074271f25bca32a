import { ALL, trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'handler longer than the visibility or session';

/** A handler takes three times as long as its message is hidden, or as its member may be silent: it runs once. */
export const longHandler = trialRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'fifo'],
  options: (stage) => ({
    visibility: stage.pick(3, 5, 30),
    worker: { sessionTimeout: stage.pick('6s', '6s', '10s') },
  }),
  play: async (trial, stage) => {
    const work =
      trial.kind === 'kafka'
        ? stage.pick(9_000, 18_000, 60_000)
        : stage.pick(9_000, 15_000, 90_000);
    const worker = await trial.hire();
    await trial.produce(jobs({ count: 5, keys: 5, work }));
    await trial.effects(5, work * 3);

    const { ledger, traffic } = trial;
    const rebalances = ledger.count('assigned') - 1;
    const receipts = [...traffic.receipts.values()];
    return trial.conclude(FAULT, {
      allowed: 0,
      notes: [`${work / 1_000} s each`],
      failures: [
        trial.kind === 'kafka' && rebalances > 0 && `${rebalances} rebalances`,
        receipts.some(({ length }) => length !== 1) && 'received more than once',
        ledger.has('aborted', worker.name) && 'a signal has aborted',
      ],
    });
  },
});

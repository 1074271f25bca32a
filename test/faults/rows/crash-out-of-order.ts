import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'completion out of order, then a crash';

/** The first message is still at work when all behind it are done: a crash brings back that one alone. */
export const crashOutOfOrder = trialRow({
  fault: FAULT,
  kinds: ['kafka'],
  options: () => ({ partitions: 1 }),
  play: async (trial, stage) => {
    const { ledger } = trial;
    const behind = jobs({ count: stage.pick(300, 1_000, 1_500), keys: 300 });
    const first = await trial.hire();
    await trial.produce([
      { id: 'first', key: 'slow', seq: 0, work: stage.pick(8_000, 12_000, 15_000), failures: 0 },
      ...behind,
    ]);
    await ledger.until(() => ledger.settledAmong(behind) === behind.length);
    const committed = (await trial.committed()).get(0) ?? -1;
    const isFirstAtWork = !ledger.effects.has('first');

    await first.kill();
    await trial.hire();

    return trial.conclude(FAULT, {
      failures: [
        !isFirstAtWork && 'the first was done too early for this row to say anything',
        committed > 0 && `committed ${committed} while 0 was at work`,
        behind.some(({ id }) => ledger.runsOf(id).length > 1) && 'what was done has run again',
      ],
    });
  },
});

import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'completion out of order, then a crash';

/** The first message is still in progress when all behind it are done. After a crash, only that one is redelivered. */
export const crashOutOfOrder = defineRow({
  fault: FAULT,
  targets: ['kafka'],
  options: () => ({ partitions: 1 }),
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const behind = jobs({ count: environment.pick(300, 1_000, 1_500), keys: 300 });
    const first = await fixture.startWorker();
    await fixture.produce([
      {
        id: 'first',
        key: 'slow',
        seq: 0,
        work: environment.pick(8_000, 12_000, 15_000),
        failures: 0,
      },
      ...behind,
    ]);
    await ledger.until(() => ledger.settledAmong(behind) === behind.length);
    const committed = (await fixture.topic.committed()).get(0) ?? -1;
    const isFirstInProgress = !ledger.effects.has('first');

    await first.kill();
    await fixture.startWorker();

    return fixture.finish(FAULT, {
      failures: [
        !isFirstInProgress && 'the first was done too early for this row to prove anything',
        committed > 0 && `committed ${committed} while 0 was in progress`,
        behind.some(({ id }) => ledger.runsOf(id).length > 1) && 'what was done has run again',
      ],
    });
  },
});

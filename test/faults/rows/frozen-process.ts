import { setTimeout as pause } from 'node:timers/promises';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'process frozen beyond its visibility';
const VISIBILITY = 5;
const FROZEN_FOR = 9_000;

/** A process stands still for longer than its messages are hidden: it begins nothing of what another has begun meanwhile. */
export const frozenProcess = trialRow({
  fault: FAULT,
  kinds: ['sqs', 'fifo'],
  inShort: ['fifo'],
  options: () => ({ visibility: VISIBILITY, worker: { concurrency: 2 } }),
  play: async (trial, stage) => {
    const { ledger } = trial;
    const first = await trial.hire();
    const second = await trial.hire();
    await trial.produce(jobs({ count: stage.pick(60, 200, 400), keys: 6, work: 300 }));
    await ledger.until(() => ledger.of('began').some(({ process }) => process === first.name));

    first.freeze();
    ledger.allowRerunsOf(first.name);
    await pause(FROZEN_FOR);
    const begunElsewhere = new Set(
      ledger.of('began').flatMap(({ id, process }) => (process === second.name ? [id] : [])),
    );
    const before = ledger.count('began');
    first.thaw();
    ledger.recoverFrom();

    return trial.conclude(FAULT, {
      failures: [
        () => {
          const twice = ledger
            .of('began')
            .slice(before)
            .filter(({ id, process }) => process === first.name && begunElsewhere.has(id));
          return twice.length > 0 && `${twice.length} messages begun that another had`;
        },
      ],
      patience: 120_000,
    });
  },
});

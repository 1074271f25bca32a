import { setTimeout as pause } from 'node:timers/promises';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'process frozen beyond its visibility';
const VISIBILITY = 5;
const FROZEN_FOR = 9_000;

/** A process is frozen for longer than its messages are hidden. Afterwards it begins nothing that another process has begun meanwhile. */
export const frozenProcess = defineRow({
  fault: FAULT,
  targets: ['sqs', 'fifo'],
  inShort: ['fifo'],
  options: () => ({ visibility: VISIBILITY, worker: { concurrency: 2 } }),
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const first = await fixture.startWorker();
    const second = await fixture.startWorker();
    await fixture.produce(jobs({ count: environment.pick(60, 200, 400), keys: 6, work: 300 }));
    await ledger.until(() => ledger.of('began').some(({ process }) => process === first.name));

    await first.freeze();
    ledger.allowRerunsOf(first.name);
    await pause(FROZEN_FOR);
    const begunElsewhere = new Set(
      ledger.of('began').flatMap(({ id, process }) => (process === second.name ? [id] : [])),
    );
    const before = ledger.count('began');
    first.thaw();
    ledger.recoverFrom();

    return fixture.finish(FAULT, {
      failures: [
        () => {
          const twice = ledger
            .of('began')
            .slice(before)
            .filter(({ id, process }) => process === first.name && begunElsewhere.has(id));
          return (
            twice.length > 0 && `${twice.length} messages begun that another process had begun`
          );
        },
      ],
      timeout: 120_000,
    });
  },
});

import { setTimeout as pause } from 'node:timers/promises';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'SIGKILL again and again, 4 processes, 12 partitions';

/** One of four processes is killed at a random moment, again and again. */
export const killsInARow = trialRow({
  fault: FAULT,
  kinds: ['kafka'],
  options: () => ({ partitions: 12 }),
  play: async (trial, stage) => {
    const kills = stage.pick(3, 20, 20);
    const perKill = stage.pick(400, 600, 2_000);
    const workers = [...(await trial.hireMany(4))];
    for (let turn = 0; turn < kills; turn += 1) {
      await trial.produce(jobs({ count: perKill, keys: 60, work: 10, name: `turn-${turn}-` }));
      await pause(Math.random() * 2_000);
      const [victim] = workers.splice(Math.floor(Math.random() * workers.length), 1);
      await victim?.kill();
      workers.push(await trial.hire());
    }

    return trial.conclude(FAULT, { notes: [`${kills} kills`], patience: 240_000 });
  },
});

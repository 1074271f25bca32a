import { setTimeout as pause } from 'node:timers/promises';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'SIGKILL again and again, 4 processes, 12 partitions';

/** One of four processes is killed at a random time, again and again. */
export const killsInARow = defineRow({
  fault: FAULT,
  targets: ['kafka'],
  options: () => ({ partitions: 12 }),
  run: async (fixture, environment) => {
    const kills = environment.pick(3, 20, 20);
    const perKill = environment.pick(400, 600, 2_000);
    const workers = [...(await fixture.startWorkers(4))];
    for (let turn = 0; turn < kills; turn += 1) {
      await fixture.produce(jobs({ count: perKill, keys: 60, work: 10, name: `turn-${turn}-` }));
      await pause(Math.random() * 2_000);
      const [victim] = workers.splice(Math.floor(Math.random() * workers.length), 1);
      await victim?.kill();
      workers.push(await fixture.startWorker());
    }

    return fixture.finish(FAULT, { remarks: [`${kills} kills`], timeout: 240_000 });
  },
});

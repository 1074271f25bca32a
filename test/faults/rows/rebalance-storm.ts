import { setTimeout as pause } from 'node:timers/promises';
import type { GuestMember } from '../harness/guest-member.js';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'rebalance storm';
const EVERY = 500;

/** Someone joins or leaves the group every half second: nothing is lost, and each key keeps its order. */
export const rebalanceStorm = trialRow({
  fault: FAULT,
  kinds: ['kafka'],
  options: () => ({ partitions: 12 }),
  play: async (trial, stage) => {
    const rebalances = stage.pick(12, 40, 120);
    await trial.hireMany(2);

    let guest: GuestMember | undefined;
    for (let turn = 0; turn < rebalances; turn += 1) {
      const count = stage.pick(100, 150, 200);
      await trial.produce(jobs({ count, keys: 50, work: 50, name: `turn-${turn}-` }));
      if (guest === undefined) {
        guest = await trial.welcomeGuest();
      } else {
        await guest.leave();
        guest = undefined;
      }
      await pause(EVERY);
    }
    await guest?.leave();
    trial.ledger.recoverFrom();

    return trial.conclude(FAULT, { patience: 120_000 });
  },
});

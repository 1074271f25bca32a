import { setTimeout as pause } from 'node:timers/promises';
import type { ExtraMember } from '../../harness/channels/extra-member.js';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'rebalance storm';
const EVERY = 500;

/** A member joins or leaves the group every half second. Nothing is lost, and each key keeps its order. */
export const rebalanceStorm = defineRow({
  fault: FAULT,
  targets: ['kafka'],
  options: () => ({ partitions: 12 }),
  run: async (fixture, environment) => {
    const rebalances = environment.pick(12, 40, 120);
    await fixture.startWorkers(2);

    let extraMember: ExtraMember | undefined;
    for (let turn = 0; turn < rebalances; turn += 1) {
      const count = environment.pick(100, 150, 200);
      await fixture.produce(jobs({ count, keys: 50, work: 50, name: `turn-${turn}-` }));
      if (extraMember === undefined) {
        extraMember = await fixture.addMember();
      } else {
        await extraMember.leave();
        extraMember = undefined;
      }
      await pause(EVERY);
    }
    await extraMember?.leave();
    fixture.ledger.recoverFrom();

    return fixture.finish(FAULT, { timeout: 120_000 });
  },
});

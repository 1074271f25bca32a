import { longestWait } from '../../harness/ledger/longest-wait.js';
import { defineRow } from '../../row.js';
import { underLoad } from './load.js';

const FAULT = 'driver changed member by member';

/**
 * A rolling change from kafkajs to @platformatic/kafka and back, in one group and under load. Meanwhile, an application without
 * Throughline joins the group and leaves it again. Members end gracefully, so nothing runs twice.
 */
export const driverChanged = defineRow({
  fault: FAULT,
  targets: ['kafka'],
  drivers: 'default',
  inShort: [],
  options: () => ({ partitions: 12, worker: { sessionTimeout: '30s' } }),
  run: async (fixture, environment) => {
    const count = environment.pick(2, 3, 4);
    let members = await fixture.startWorkers(count);

    await underLoad(fixture, async () => {
      for (const target of ['platformatic', 'kafka'] as const) {
        const changed = [];
        for (const [index, member] of members.entries()) {
          await member.terminate();
          changed.push(await fixture.startWorker({ target }));
          if (index > 0) continue;
          const plain = await fixture.addPlainMember();
          await plain.leave();
        }
        members = changed;
      }
    });

    const result = await fixture.finish(FAULT, { allowed: 0 });
    const wait = longestWait(fixture.ledger);
    return { ...result, remarks: [`${count} members, the longest wait was ${wait} ms`] };
  },
});

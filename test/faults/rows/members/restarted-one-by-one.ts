import { longestWait } from '../../harness/ledger/longest-wait.js';
import { defineRow, KAFKA_TARGETS } from '../../row.js';
import { underLoad } from './load.js';

const FAULT = 'members restarted one by one';
/** With static membership, no key waits for its member longer than the restart and this, in milliseconds. */
const LONGEST_PAUSE = 5_000;

/**
 * A rolling restart under load. Members end gracefully, so nothing runs twice. On @platformatic/kafka, each member has a name of its
 * own, keeps its partitions, and returns without a rebalance.
 */
export const restartedOneByOne = defineRow({
  fault: FAULT,
  targets: KAFKA_TARGETS,
  inShort: [],
  options: () => ({ partitions: 20, worker: { sessionTimeout: '30s' } }),
  run: async (fixture, environment) => {
    const count = environment.pick(3, 4, 10);
    const isStatic = fixture.target === 'platformatic';
    const start = (index: number) =>
      fixture.startWorker(isStatic ? { instanceId: `member-${index}` } : {});
    const members = await Promise.all(Array.from({ length: count }, (_, index) => start(index)));

    await underLoad(fixture, async () => {
      for (const [index, member] of members.entries()) {
        await member.terminate();
        await start(index);
      }
    });

    const wait = (): number => longestWait(fixture.ledger);
    const result = await fixture.finish(FAULT, {
      allowed: 0,
      failures: [() => isStatic && wait() > LONGEST_PAUSE && `a message waited for ${wait()} ms`],
    });
    return { ...result, remarks: [`${count} members, the longest wait was ${wait()} ms`] };
  },
});

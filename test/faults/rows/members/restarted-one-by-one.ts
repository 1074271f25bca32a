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

    let longestRestart = 0;
    let longestEnd = 0;
    await underLoad(fixture, async () => {
      for (const [index, member] of members.entries()) {
        const began = performance.now();
        const { ms } = await member.terminate();
        const { name } = await start(index);
        const ready = fixture.ledger.of('ready').find(({ process }) => process === name)?.at ?? 0;
        longestRestart = Math.max(longestRestart, Math.round(ready - began));
        longestEnd = Math.max(longestEnd, ms);
      }
    });

    const wait = (): number => longestWait(fixture.ledger);
    const restart = `a restart took up to ${longestRestart} ms, of which the end ${longestEnd} ms`;
    const result = await fixture.finish(FAULT, {
      allowed: 0,
      failures: [
        () =>
          isStatic &&
          wait() > longestRestart + LONGEST_PAUSE &&
          `a message waited for ${wait()} ms; ${restart}`,
      ],
    });
    return {
      ...result,
      remarks: [`${count} members; ${restart}; a message waited up to ${wait()} ms`],
    };
  },
});

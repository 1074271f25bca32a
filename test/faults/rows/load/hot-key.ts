import { defineRow } from '../../row.js';
import type { Ledger } from '../../harness/ledger/ledger.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'hot key';

/** The 99th percentile of the time from send to effect. */
const p99 = (ledger: Ledger, isOne: (key: string) => boolean): number => {
  const times = [...ledger.produced.values()].flatMap(({ id, key }) => {
    const [effect] = ledger.effects.get(id) ?? [];
    return effect !== undefined && isOne(key) ? [effect.at - (ledger.producedAt.get(id) ?? 0)] : [];
  });
  times.sort((a, b) => a - b);
  return Math.round(times[Math.floor(times.length * 0.99)] ?? 0);
};

/** Half of all messages have the same key. The others keep a fair rate. */
export const hotKey = defineRow({
  fault: FAULT,
  targets: ['kafka', 'fifo'],
  inShort: ['kafka'],
  run: async (fixture, environment) => {
    const count = environment.pick(200, 1_000, 4_000);
    const hot = jobs({ count, keys: 1, work: 5, name: 'hot-' });
    const others = jobs({ count, keys: 50, work: 5 });
    await fixture.startWorker();
    await fixture.produce(hot.flatMap((job, index) => [job, others[index] ?? job]));
    await fixture.effects(count * 2, 120_000);

    const isHot = (key: string): boolean => key.startsWith('hot-');
    return fixture.finish(FAULT, {
      allowed: 0,
      remarks: [
        `p99 of the others ${p99(fixture.ledger, (key) => !isHot(key))} ms, of the hot key ${p99(fixture.ledger, isHot)} ms`,
      ],
    });
  },
});

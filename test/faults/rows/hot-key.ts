import { trialRow } from '../row.js';
import type { Ledger } from '../harness/ledger.js';
import { jobs } from '../worker/job.js';

const FAULT = 'hot key';

/** The time from the send to the effect that 99 of 100 messages keep within. */
const p99 = (ledger: Ledger, isOne: (key: string) => boolean): number => {
  const times = [...ledger.produced.values()].flatMap(({ id, key }) => {
    const [effect] = ledger.effects.get(id) ?? [];
    return effect !== undefined && isOne(key) ? [effect.at - (ledger.producedAt.get(id) ?? 0)] : [];
  });
  times.sort((a, b) => a - b);
  return Math.round(times[Math.floor(times.length * 0.99)] ?? 0);
};

/** Half of all messages are of one key: the others keep a fair rate. */
export const hotKey = trialRow({
  fault: FAULT,
  kinds: ['kafka', 'fifo'],
  inShort: ['kafka'],
  play: async (trial, stage) => {
    const count = stage.pick(200, 1_000, 4_000);
    const hot = jobs({ count, keys: 1, work: 5, name: 'hot-' });
    const others = jobs({ count, keys: 50, work: 5 });
    await trial.hire();
    await trial.produce(hot.flatMap((job, index) => [job, others[index] ?? job]));
    await trial.effects(count * 2, 120_000);

    const isHot = (key: string): boolean => key.startsWith('hot-');
    return trial.conclude(FAULT, {
      allowed: 0,
      notes: [
        `p99 of the others ${p99(trial.ledger, (key) => !isHot(key))} ms, of the hot key ${p99(trial.ledger, isHot)} ms`,
      ],
    });
  },
});

import { splitEffects } from '../harness/split-effects.js';
import { onceRow } from '../once-row.js';
import { ALL } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'SIGKILL in a handler, idempotent';

/** What was done before the kill is not done again, save where the kill came between an effect and its mark. */
export const onceKill = onceRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'sqs'],
  options: { visibility: 5, onUnavailable: 'retry' },
  play: async (trial, stage) => {
    const { ledger } = trial;
    const count = stage.pick(300, 2_000, 4_000);
    const [victim] = await trial.hireMany(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    await trial.produce(jobs({ count, keys: 40, work: 100 }));
    await trial.effects(count / 4);
    const wasAtWork = await ledger.until(() => ledger.unsettledOf(victim.name).size > 0);

    await victim.kill();
    const split = splitEffects(ledger.entries, victim.name);
    const repeated = (): readonly string[] =>
      [...ledger.effects].flatMap(([id, effects]) => (effects.length > 1 ? [id] : []));

    return trial.conclude(FAULT, {
      allowed: split.size,
      notes: [`${split.size} effects split from their marks by the kill`],
      failures: [
        !wasAtWork && 'nothing was at work when it was killed',
        () => repeated().some((id) => !split.has(id)) && 'a message with its mark was done again',
      ],
      patience: 120_000,
    });
  },
});

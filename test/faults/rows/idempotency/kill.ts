import { splitEffects } from '../../harness/ledger/split-effects.js';
import { idempotentRow } from '../../idempotent-row.js';
import { ALL_TARGETS } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'SIGKILL in a handler, idempotent';

/** What was done before the kill is not done again, unless the kill came between an effect and its idempotency entry. */
export const idempotentKill = idempotentRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'sqs'],
  options: { visibility: 5, onUnavailable: 'retry' },
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const count = environment.pick(300, 2_000, 4_000);
    const [victim] = await fixture.startWorkers(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    await fixture.produce(jobs({ count, keys: 40, work: 100 }));
    await fixture.effects(count / 4);
    const wasInProgress = await ledger.until(() => ledger.unsettledOf(victim.name).size > 0);

    await victim.kill();
    const split = splitEffects(ledger.entries, victim.name);
    const repeated = (): readonly string[] =>
      [...ledger.effects].flatMap(([id, effects]) => (effects.length > 1 ? [id] : []));

    return fixture.finish(FAULT, {
      allowed: split.size,
      remarks: [`${split.size} effects split from their entries by the kill`],
      failures: [
        !wasInProgress && 'nothing was in progress when it was killed',
        () => repeated().some((id) => !split.has(id)) && 'a message with its entry was done again',
      ],
      timeout: 120_000,
    });
  },
});

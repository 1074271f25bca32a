import { ALL, trialRow } from '../row.js';
import { ALWAYS, jobs } from '../worker/job.js';

const FAULT = 'poison at offset n';

/** A message that always fails: all others go on while it is tried, those of its key after it, and its dead letter has the cause. */
export const poison = trialRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'sqs'],
  options: () => ({ worker: { attempts: 4, backoff: { first: '1s', longest: '2s' } } }),
  play: async (trial, stage) => {
    const healthy = jobs({ count: stage.pick(200, 1_000, 4_000), keys: 40 });
    const of = { key: 'poisoned', work: 0 };
    await trial.hire();
    await trial.produce([
      ...healthy.slice(0, healthy.length / 2),
      { ...of, id: 'poison', seq: 0, failures: ALWAYS },
      { ...of, id: 'behind', seq: 1, failures: 0 },
      ...healthy.slice(healthy.length / 2),
    ]);
    await trial.effects(healthy.length);
    const wasStillTried = (await trial.road.deadLetterCount()) === 0;

    return trial.conclude(FAULT, {
      allowed: 0,
      notes: [wasStillTried ? 'the others were done first' : 'the others were done after it'],
    });
  },
});

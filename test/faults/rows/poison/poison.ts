import { ALL_TARGETS, defineRow } from '../../row.js';
import { ALWAYS, jobs } from '../../worker/job.js';

const FAULT = 'poison at offset n';

/** One message always fails. Others continue while it is retried, those of its key follow it, and its dead letter has the cause. */
export const poison = defineRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'sqs'],
  options: () => ({ worker: { attempts: 4, backoff: { first: '1s', longest: '2s' } } }),
  run: async (fixture, environment) => {
    const healthy = jobs({ count: environment.pick(200, 1_000, 4_000), keys: 40 });
    const of = { key: 'poisoned', work: 0 };
    await fixture.startWorker();
    await fixture.produce([
      ...healthy.slice(0, healthy.length / 2),
      { ...of, id: 'poison', seq: 0, failures: ALWAYS },
      { ...of, id: 'behind', seq: 1, failures: 0 },
      ...healthy.slice(healthy.length / 2),
    ]);
    await fixture.effects(healthy.length);
    const wasStillTried = (await fixture.testChannel.deadLetterCount()) === 0;

    return fixture.finish(FAULT, {
      allowed: 0,
      remarks: [wasStillTried ? 'the others were done first' : 'the others were done after it'],
    });
  },
});

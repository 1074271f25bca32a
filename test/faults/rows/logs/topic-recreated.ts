import { defineRow, KAFKA_TARGETS } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'topic deleted and created again';

/** The topic is deleted and created again while workers read it. Everything that is sent to the new one is processed. */
export const topicRecreated = defineRow({
  fault: FAULT,
  targets: KAFKA_TARGETS,
  inShort: ['kafka'],
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const count = environment.pick(200, 1_000, 3_000);
    const workers = await fixture.startWorkers(2);
    await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'before-' }));
    await fixture.effects(count);

    for (const { name } of workers) ledger.allowRerunsOf(name);
    await fixture.topic.recreate();
    ledger.recoverFrom(['after-0']);
    await fixture.produce(jobs({ count: 2 * count, keys: 40, work: 5, name: 'after-' }));

    return fixture.finish(FAULT, { timeout: 120_000 });
  },
});

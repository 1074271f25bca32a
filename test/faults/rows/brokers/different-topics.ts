import { defineRow, KAFKA_TARGETS } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'members with different topics';

/** The members of a group handle different topics, and one of them is killed and replaced. Both topics are processed completely. */
export const differentTopics = defineRow({
  fault: FAULT,
  targets: KAFKA_TARGETS,
  inShort: [],
  run: async (fixture, environment) => {
    const count = environment.pick(200, 1_000, 3_000);
    const other = await fixture.openTopic();
    await fixture.startWorker();
    const second = await fixture.startWorker({ channel: other.channel });
    await fixture.produce(jobs({ count, keys: 40, work: 10, name: 'first-' }));
    await fixture.produce(jobs({ count, keys: 40, work: 50, name: 'second-' }), other);
    await fixture.effects(count);

    await second.kill();
    await fixture.startWorker({ channel: other.channel });
    await fixture.produce(jobs({ count, keys: 40, work: 10, name: 'first-after-' }));
    await fixture.produce(jobs({ count, keys: 40, work: 10, name: 'second-after-' }), other);

    return fixture.finish(FAULT);
  },
});

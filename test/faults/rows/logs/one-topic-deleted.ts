import { defineRow, KAFKA_TARGETS } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'one topic of two deleted';
/** Longer than a topic must be missing until health reports it, in milliseconds. */
const REPORTED_WITHIN = 90_000;

/** Workers handle two topics in one group, and one is deleted. The other one goes on. Health and log name the one that is missing. */
export const oneTopicDeleted = defineRow({
  fault: FAULT,
  targets: KAFKA_TARGETS,
  inShort: [],
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const count = environment.pick(200, 1_000, 3_000);
    const doomed = await fixture.openTopic();
    const settings = { otherChannel: doomed.channel };
    const workers = await Promise.all([
      fixture.startWorker(settings),
      fixture.startWorker(settings),
    ]);
    await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'before-' }));
    await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'doomed-' }), doomed);
    await fixture.effects(2 * count);

    for (const { name } of workers) ledger.allowRerunsOf(name);
    await fixture.deleteTopic(doomed);
    ledger.recoverFrom(['meanwhile-0']);
    await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'meanwhile-' }));
    const isReported = await ledger.until(
      () =>
        workers.every(({ name }) =>
          ledger
            .of('troubles')
            .some(
              ({ process, who }) =>
                process === name && who.some((one) => one.includes(doomed.channel)),
            ),
        ),
      REPORTED_WITHIN,
    );
    const logs = await Promise.all(workers.map((worker) => worker.log()));
    const line = `cannot read the topic "${doomed.channel}"`;
    await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'after-' }));

    return fixture.finish(FAULT, {
      failures: [
        !isReported && 'health does not name the topic',
        !logs.every((log) => log.includes(line)) && 'the log does not name the topic',
      ],
    });
  },
});

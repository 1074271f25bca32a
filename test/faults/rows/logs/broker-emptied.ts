import { OwnKafka } from '../../harness/brokers/own-kafka.js';
import { RowFixture } from '../../harness/row-fixture.js';
import { KAFKA_TARGETS, type Row } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'broker that comes back empty';

/** The broker loses all its data while workers run. Everything that is sent afterwards is processed. */
export const brokerEmptied: Row = {
  fault: FAULT,
  targets: KAFKA_TARGETS,
  inShort: [],
  uses: () => [],
  run: async (environment, target) => {
    const kafka = await OwnKafka.start();
    const fixture = await RowFixture.open({ ...environment, kafka }, target);
    try {
      const { ledger } = fixture;
      const count = environment.pick(200, 1_000, 3_000);
      const workers = await fixture.startWorkers(2);
      await fixture.produce(jobs({ count, keys: 40, work: 5, name: 'before-' }));
      await fixture.effects(count);

      for (const { name } of workers) ledger.allowRerunsOf(name);
      await kafka.empty();
      await fixture.topic.reopen();
      ledger.recoverFrom(['after-0']);
      await fixture.produce(jobs({ count: 2 * count, keys: 40, work: 5, name: 'after-' }));

      return await fixture.finish(FAULT);
    } finally {
      await fixture.close();
      await kafka.kill();
    }
  },
};

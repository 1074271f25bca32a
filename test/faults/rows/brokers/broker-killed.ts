import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../harness/brokers/environment.js';
import type { RowFixture } from '../../harness/row-fixture.js';
import { brokerOf } from '../../harness/target.js';
import { ALL_TARGETS, defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'all brokers down';

/**
 * Kills the broker and restarts it. Over a restart, ElasticMQ forgets which FIFO groups have a message in flight and delivers what is
 * behind it, which SQS never does. So for FIFO, the broker is halted instead.
 */
async function stopBroker(
  fixture: RowFixture,
  environment: Environment,
  milliseconds: number,
): Promise<void> {
  const broker = brokerOf(fixture.target) === 'kafka' ? environment.kafka : environment.sqs;
  if (fixture.target === 'fifo') {
    environment.sqs.pause();
    await pause(milliseconds);
    environment.sqs.resume();
  } else {
    await broker.kill();
    await pause(milliseconds);
    await broker.restart();
  }
  await fixture.untilBrokerAnswers();
}

/** The broker is killed and stays down for a while. Workers continue without a restart. */
export const brokerKilled = defineRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'sqs'],
  takes: (target) => [brokerOf(target)],
  options: (environment) => ({ visibility: environment.pick(10, 40, 40) }),
  run: async (fixture, environment) => {
    const count = environment.pick(300, 2_000, 5_000);
    const workers = await fixture.startWorkers(2);
    await fixture.produce(jobs({ count, keys: 40, work: 100, name: 'before-' }));
    await fixture.effects(count / 3);

    await stopBroker(fixture, environment, environment.pick(3_000, 30_000, 30_000));
    for (const { name } of workers) fixture.ledger.allowRerunsOf(name);
    fixture.ledger.recoverFrom(['after-0']);
    await fixture.produce(jobs({ count, keys: 40, work: 20, name: 'after-' }));

    return fixture.finish(FAULT, { timeout: 120_000 });
  },
});

import { setTimeout as pause } from 'node:timers/promises';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'Kafka down while orders arrive on SQS';

/** Handlers publish to a Kafka that is down. No order becomes a dead letter, and all are done when Kafka is back. */
export const kafkaDownOrdersArrive = defineRow({
  fault: FAULT,
  targets: ['sqs'],
  takes: () => ['kafka'],
  options: () => ({
    visibility: 30,
    worker: {
      attempts: 5,
      backoff: { first: '1s', longest: '5m' },
      publish: { kind: 'topic', to: 'processed-orders', headers: 0 },
    },
  }),
  run: async (fixture, environment) => {
    const { ledger } = fixture;
    const orders = environment.pick(30, 120, 600);
    await fixture.makeTopic('processed-orders');
    const worker = await fixture.startWorker();
    await fixture.produce(jobs({ count: orders, keys: 10, name: 'before-' }));
    await fixture.effects(orders);

    await environment.kafka.kill();
    const downFor = environment.pick(15_000, 60_000, 60_000);
    const upAt = performance.now() + downFor;
    for (let turn = 0; performance.now() < upAt; turn += 1) {
      await fixture.produce(jobs({ count: 5, keys: 5, name: `down-${turn}-` }));
      await pause(500);
    }
    await environment.kafka.restart();
    ledger.allowRerunsOf(worker.name);
    ledger.recoverFrom();

    return fixture.finish(FAULT, { remarks: [`down for ${downFor / 1_000} s`], timeout: 120_000 });
  },
});

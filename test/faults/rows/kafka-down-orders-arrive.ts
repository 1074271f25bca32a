import { setTimeout as pause } from 'node:timers/promises';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'Kafka down while orders arrive on SQS';

/** Handlers publish to a Kafka that is away: no order becomes a dead letter, and all are done when it is back. */
export const kafkaDownOrdersArrive = trialRow({
  fault: FAULT,
  kinds: ['sqs'],
  takes: () => ['kafka'],
  options: () => ({
    visibility: 30,
    worker: {
      attempts: 5,
      backoff: { first: '1s', longest: '5m' },
      publish: { kind: 'topic', to: 'processed-orders', headers: 0 },
    },
  }),
  play: async (trial, stage) => {
    const { ledger } = trial;
    const orders = stage.pick(30, 120, 600);
    await trial.makeTopic('processed-orders');
    const worker = await trial.hire();
    await trial.produce(jobs({ count: orders, keys: 10, name: 'before-' }));
    await trial.effects(orders);

    await stage.kafka.kill();
    const downFor = stage.pick(15_000, 60_000, 60_000);
    const back = performance.now() + downFor;
    for (let turn = 0; performance.now() < back; turn += 1) {
      await trial.produce(jobs({ count: 5, keys: 5, name: `down-${turn}-` }));
      await pause(500);
    }
    await stage.kafka.restart();
    ledger.allowRerunsOf(worker.name);
    ledger.recoverFrom();

    return trial.conclude(FAULT, { notes: [`away for ${downFor / 1_000} s`], patience: 120_000 });
  },
});

import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../harness/stage.js';
import type { Trial } from '../harness/trial.js';
import { brokerOf } from '../harness/kind.js';
import { ALL, trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'all brokers down';

/**
 * Kills the broker and brings it back. ElasticMQ forgets over a restart which FIFO groups have a message in flight and hands out
 * what is behind it, as SQS never would; for FIFO it is halted instead.
 */
async function takeAway(trial: Trial, stage: Stage, milliseconds: number): Promise<void> {
  const broker = trial.kind === 'kafka' ? stage.kafka : stage.sqs;
  if (trial.kind === 'fifo') {
    stage.sqs.pause();
    await pause(milliseconds);
    stage.sqs.resume();
  } else {
    await broker.kill();
    await pause(milliseconds);
    await broker.restart();
  }
  await trial.untilBrokerAnswers();
}

/** The broker is killed and stays away for a while: everything goes on without a restart of ours. */
export const brokerKilled = trialRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'sqs'],
  takes: (kind) => [brokerOf(kind)],
  options: (stage) => ({ visibility: stage.pick(10, 40, 40) }),
  play: async (trial, stage) => {
    const count = stage.pick(300, 2_000, 5_000);
    const workers = await trial.hireMany(2);
    await trial.produce(jobs({ count, keys: 40, work: 100, name: 'before-' }));
    await trial.effects(count / 3);

    await takeAway(trial, stage, stage.pick(3_000, 30_000, 30_000));
    for (const { name } of workers) trial.ledger.allowRerunsOf(name);
    trial.ledger.recoverFrom(['after-0']);
    await trial.produce(jobs({ count, keys: 40, work: 20, name: 'after-' }));

    return trial.conclude(FAULT, { patience: 120_000 });
  },
});

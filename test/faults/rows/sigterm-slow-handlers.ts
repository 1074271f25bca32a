import { ALL, trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'SIGTERM with slow handlers';
const DEADLINE = 25_000;

/** SIGTERM with slow handlers: what is at work ends and is settled, nothing runs twice, and the process ends with 0 in time. */
export const sigtermSlowHandlers = trialRow({
  fault: FAULT,
  kinds: ALL,
  inShort: ['kafka', 'sqs'],
  play: async (trial, stage) => {
    const count = stage.pick(40, 200, 400);
    const first = await trial.hire();
    await trial.produce(jobs({ count, keys: 20, work: 1_500 }));
    await trial.begun(10);

    const { code, ms } = await first.terminate();
    trial.ledger.recoverFrom();
    await trial.hire();

    return trial.conclude(FAULT, {
      allowed: 0,
      notes: [`ended after ${ms} ms`],
      failures: [
        code !== 0 && `ended with ${String(code)}`,
        ms > DEADLINE && `ended after ${ms} ms`,
      ],
      patience: 120_000,
    });
  },
});

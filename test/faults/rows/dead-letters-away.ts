import { setTimeout as pause } from 'node:timers/promises';
import { trialRow } from '../row.js';
import { ALWAYS, jobs } from '../worker/job.js';

const FAULT = 'dead-letter publish fails';
const ATTEMPTS = 2;

/** The place for dead letters is away: the message stays where it is, and becomes a dead letter when the place is back. */
export const deadLettersAway = trialRow({
  fault: FAULT,
  kinds: ['kafka', 'sqs', 'fifo'],
  inShort: ['kafka', 'fifo'],
  options: () => ({
    partitions: 1,
    worker: { attempts: ATTEMPTS, backoff: { first: '200ms', longest: '200ms' } },
  }),
  play: async (trial, stage) => {
    const { ledger, road } = trial;
    const healthy = jobs({ count: stage.pick(50, 500, 2_000), keys: 10 });
    await trial.hire();
    await road.removeDeadLetterChannel();
    await trial.produce([
      { id: 'poison', key: 'poisoned', seq: 0, work: 0, failures: ALWAYS },
      ...healthy,
    ]);
    await ledger.until(() => ledger.count('failed') >= ATTEMPTS, 30_000);
    await pause(2_000); // a commit interval and more
    const left = await road.left();

    await road.makeDeadLetterChannel();
    ledger.recoverFrom();

    return trial.conclude(FAULT, {
      failures: [left === 0 && 'the message was settled without its dead letter'],
      patience: 90_000,
    });
  },
});

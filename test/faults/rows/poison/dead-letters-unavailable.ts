import { setTimeout as pause } from 'node:timers/promises';
import { defineRow } from '../../row.js';
import { ALWAYS, jobs } from '../../worker/job.js';

const FAULT = 'dead-letter publish fails';
const ATTEMPTS = 2;

/** The dead-letter channel is missing. The message stays where it is, and becomes a dead letter when the channel is back. */
export const deadLettersUnavailable = defineRow({
  fault: FAULT,
  targets: ['kafka', 'sqs', 'fifo'],
  inShort: ['kafka', 'fifo'],
  options: () => ({
    partitions: 1,
    worker: { attempts: ATTEMPTS, backoff: { first: '200ms', longest: '200ms' } },
  }),
  run: async (fixture, environment) => {
    const { ledger, testChannel } = fixture;
    const healthy = jobs({ count: environment.pick(50, 500, 2_000), keys: 10 });
    await fixture.startWorker();
    await testChannel.removeDeadLetterChannel();
    await fixture.produce([
      { id: 'poison', key: 'poisoned', seq: 0, work: 0, failures: ALWAYS },
      ...healthy,
    ]);
    await ledger.until(() => ledger.count('failed') >= ATTEMPTS, 30_000);
    await pause(2_000); // a commit interval and more
    const left = await testChannel.left();

    await testChannel.makeDeadLetterChannel();
    ledger.recoverFrom();

    return fixture.finish(FAULT, {
      failures: [left === 0 && 'the message was settled without its dead letter'],
      timeout: 90_000,
    });
  },
});

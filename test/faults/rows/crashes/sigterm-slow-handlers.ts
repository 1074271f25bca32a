import { ALL_TARGETS, defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'SIGTERM with slow handlers';
const DEADLINE = 25_000;

/** SIGTERM with slow handlers: what is in progress ends and is settled, nothing runs twice, and the process exits with 0 in time. */
export const sigtermSlowHandlers = defineRow({
  fault: FAULT,
  targets: ALL_TARGETS,
  inShort: ['kafka', 'sqs'],
  run: async (fixture, environment) => {
    const count = environment.pick(40, 200, 400);
    const first = await fixture.startWorker();
    await fixture.produce(jobs({ count, keys: 20, work: 1_500 }));
    await fixture.begun(10);

    const { code, ms } = await first.terminate();
    fixture.ledger.recoverFrom();
    await fixture.startWorker();

    return fixture.finish(FAULT, {
      allowed: 0,
      remarks: [`ended after ${ms} ms`],
      failures: [
        code !== 0 && `ended with ${String(code)}`,
        ms > DEADLINE && `ended after ${ms} ms`,
      ],
      timeout: 120_000,
    });
  },
});

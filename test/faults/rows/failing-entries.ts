import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { SqsRule } from '../harness/sqs-gate.js';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'SQS fails entry by entry';
const batch = z.object({ Entries: z.array(z.object({ Id: z.string() })) });
const CODES = ['InternalError', 'ServiceUnavailable', 'ThrottlingException'];

/** Answers 200 to sends and deletes, and says of each entry that SQS itself has failed. */
const failEach: () => SqsRule = () => {
  let failed = 0;
  return ({ action, body }, forward) => {
    if (action !== 'SendMessageBatch' && action !== 'DeleteMessageBatch') return forward(body);
    const Failed = batch.parse(body).Entries.map(({ Id }) => ({
      Id,
      Code: CODES[(failed += 1) % CODES.length],
      Message: 'as the suite wants it',
      SenderFault: false,
    }));
    return Promise.resolve({ status: 200, body: { Successful: [], Failed } });
  };
};

/** What SQS itself fails at is an outage, also entry by entry: publishes wait, deletes are done again, and nothing is counted. */
export const failingEntries = trialRow({
  fault: FAULT,
  kinds: ['kafka', 'sqs', 'fifo'],
  inShort: ['kafka', 'sqs'],
  uses: () => ['kafka', 'sqs'],
  options: () => ({ worker: { publish: { kind: 'queue', to: 'passed-on', headers: 0 } } }),
  play: async (trial, stage) => {
    const { gate } = trial;
    const count = stage.pick(50, 500, 2_000);
    await trial.makeQueue('passed-on');
    await trial.hire();
    await trial.produce(jobs({ count, keys: 10, name: 'before-' }));
    await trial.effects(count);
    const { rule } = gate;
    gate.rule = failEach();
    await trial.produce(jobs({ count, keys: 10, name: 'meanwhile-' }));
    await pause(stage.pick(5_000, 30_000, 30_000));
    gate.rule = rule;

    return trial.conclude(FAULT, { allowed: 0, patience: 90_000 });
  },
});

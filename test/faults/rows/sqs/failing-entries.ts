import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { SqsRule } from '../../harness/channels/sqs-gate.js';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'SQS fails entry by entry';
const batch = z.object({ Entries: z.array(z.object({ Id: z.string() })) });
const CODES = ['InternalError', 'ServiceUnavailable', 'ThrottlingException'];

/** Answers sends and deletes with 200, and with a failure of SQS for each entry. */
const failEach: () => SqsRule = () => {
  let failed = 0;
  return ({ action, body }, forward) => {
    if (action !== 'SendMessageBatch' && action !== 'DeleteMessageBatch') return forward(body);
    const Failed = batch.parse(body).Entries.map(({ Id }) => ({
      Id,
      Code: CODES[(failed += 1) % CODES.length],
      Message: 'injected by the fault suite',
      SenderFault: false,
    }));
    return Promise.resolve({ status: 200, body: { Successful: [], Failed } });
  };
};

/** A failure of SQS is an outage, also for single entries. Publishes wait, deletes are retried, and nothing is counted. */
export const failingEntries = defineRow({
  fault: FAULT,
  targets: ['kafka', 'sqs', 'fifo'],
  inShort: ['kafka', 'sqs'],
  uses: () => ['kafka', 'sqs'],
  options: () => ({ worker: { publish: { kind: 'queue', to: 'passed-on', headers: 0 } } }),
  run: async (fixture, environment) => {
    const { gate } = fixture;
    const count = environment.pick(50, 500, 2_000);
    await fixture.makeQueue('passed-on');
    await fixture.startWorker();
    await fixture.produce(jobs({ count, keys: 10, name: 'before-' }));
    await fixture.effects(count);
    const { rule } = gate;
    gate.rule = failEach();
    await fixture.produce(jobs({ count, keys: 10, name: 'meanwhile-' }));
    await pause(environment.pick(5_000, 30_000, 30_000));
    gate.rule = rule;

    return fixture.finish(FAULT, { allowed: 0, timeout: 90_000 });
  },
});

import { z } from 'zod';
import type { SqsRule } from '../../harness/channels/sqs-gate.js';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'DeleteMessageBatch fails in part';
const EVERY = 3;
const batch = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) });
const deleteResult = z.looseObject({
  Failed: z.array(z.unknown()).optional(),
  Successful: z.array(z.unknown()).optional(),
});

/** Forwards two of three entries, and answers for the third that SQS has failed. */
const failInPart: () => SqsRule = () => {
  let deletes = 0;
  return async ({ action, body }, forward) => {
    if (action !== 'DeleteMessageBatch') return forward(body);
    const { Entries, ...rest } = batch.parse(body);
    const refused = Entries.filter(() => (deletes += 1) % EVERY === 0);
    const taken = Entries.filter((entry) => !refused.includes(entry));
    const Failed = refused.map(({ Id }) => ({
      Id,
      Code: 'InternalError',
      Message: 'injected by the fault suite',
      SenderFault: false,
    }));
    if (taken.length === 0) return { status: 200, body: { Successful: [], Failed } };
    const { status, body: answer } = await forward({ ...rest, Entries: taken });
    const { Failed: others = [], ...result } = deleteResult.parse(answer);
    return { status, body: { ...result, Failed: [...others, ...Failed] } };
  };
};

/** A delete that fails for some entries is retried for those, so nothing is redelivered. */
export const partialDelete = defineRow({
  fault: FAULT,
  targets: ['sqs', 'fifo'],
  inShort: ['fifo'],
  run: async (fixture, environment) => {
    await fixture.startWorker();
    fixture.gate.rule = failInPart();
    await fixture.produce(jobs({ count: environment.pick(300, 1_000, 4_000), keys: 50 }));

    return fixture.finish(FAULT, { allowed: 0 });
  },
});

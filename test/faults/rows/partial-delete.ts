import { z } from 'zod';
import type { SqsRule } from '../harness/sqs-gate.js';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'DeleteMessageBatch fails in part';
const EVERY = 3;
const batch = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) });
const answered = z.looseObject({
  Failed: z.array(z.unknown()).optional(),
  Successful: z.array(z.unknown()).optional(),
});

/** Lets two of three entries through, and says of the third that SQS has failed. */
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
      Message: 'as the suite wants it',
      SenderFault: false,
    }));
    if (taken.length === 0) return { status: 200, body: { Successful: [], Failed } };
    const { status, body: answer } = await forward({ ...rest, Entries: taken });
    const { Failed: others = [], ...told } = answered.parse(answer);
    return { status, body: { ...told, Failed: [...others, ...Failed] } };
  };
};

/** A delete that fails for some of its entries is done again for those, so that nothing comes twice. */
export const partialDelete = trialRow({
  fault: FAULT,
  kinds: ['sqs', 'fifo'],
  inShort: ['fifo'],
  play: async (trial, stage) => {
    await trial.hire();
    trial.gate.rule = failInPart();
    await trial.produce(jobs({ count: stage.pick(300, 1_000, 4_000), keys: 50 }));

    return trial.conclude(FAULT, { allowed: 0 });
  },
});

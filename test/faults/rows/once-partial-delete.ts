import { z } from 'zod';
import { splitEffects } from '../harness/split-effects.js';
import type { SqsRule } from '../harness/sqs-gate.js';
import { onceRow } from '../once-row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'DeleteMessageBatch fails in part, idempotent';
const EVERY = 3;
const batch = z.looseObject({
  Entries: z.array(z.looseObject({ Id: z.string(), ReceiptHandle: z.string() })),
});
const answered = z.looseObject({
  Failed: z.array(z.unknown()).nullish(),
  Successful: z.array(z.unknown()).nullish(),
});

/** Every third receipt is of no use for a delete, however often it is tried. */
function refuseReceipts(refused: Set<string>): SqsRule {
  const seen = new Set<string>();
  const isRefused = ({ ReceiptHandle: receipt }: { readonly ReceiptHandle: string }): boolean => {
    if (!seen.has(receipt) && seen.add(receipt).size % EVERY === 0) refused.add(receipt);
    return refused.has(receipt);
  };
  return async ({ action, body }, forward) => {
    if (action !== 'DeleteMessageBatch') return forward(body);
    const { Entries, ...rest } = batch.parse(body);
    const [taken, failed] = [Entries.filter((one) => !isRefused(one)), Entries.filter(isRefused)];
    const Failed = failed.map(({ Id }) => ({
      Id,
      Code: 'InternalError',
      Message: 'as the suite wants it',
      SenderFault: false,
    }));
    if (taken.length === 0) return { status: 200, body: { Successful: [], Failed } };
    const { status, body: answer } = await forward({ ...rest, Entries: taken });
    const told = answered.parse(answer);
    return { status, body: { ...told, Failed: [...(told.Failed ?? []), ...Failed] } };
  };
}

/** What could not be deleted when its process is killed comes again, and its mark says that it is done. */
export const oncePartialDelete = onceRow({
  fault: FAULT,
  // A FIFO group goes no further than a message that cannot be deleted: most of them would stand still for as long as this lasts.
  kinds: ['sqs'],
  options: { visibility: 5, onUnavailable: 'retry' },
  play: async (trial, stage) => {
    const { ledger, gate, traffic } = trial;
    const refused = new Set<string>();
    const [victim] = await trial.hireMany(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    gate.rule = refuseReceipts(refused);
    const count = stage.pick(200, 1_000, 2_000);
    await trial.produce(jobs({ count, keys: 50 }));
    await trial.effects(count);

    await victim.kill();
    const split = splitEffects(ledger.entries, victim.name);
    gate.rule = ({ body }, forward) => forward(body);

    return trial.conclude(FAULT, {
      allowed: split.size,
      notes: [
        `${refused.size} deletes refused, ${split.size} effects split from their marks by the kill`,
      ],
      failures: [
        refused.size === 0 && 'no delete was refused',
        () =>
          ![...traffic.receipts.values()].some((receipts) => receipts.length > 1) &&
          'nothing came again',
      ],
    });
  },
});

import { z } from 'zod';
import { splitEffects } from '../../harness/ledger/split-effects.js';
import type { SqsRule } from '../../harness/channels/sqs-gate.js';
import { idempotentRow } from '../../idempotent-row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'DeleteMessageBatch fails in part, idempotent';
const EVERY = 3;
const batch = z.looseObject({
  Entries: z.array(z.looseObject({ Id: z.string(), ReceiptHandle: z.string() })),
});
const deleteResult = z.looseObject({
  Failed: z.array(z.unknown()).nullish(),
  Successful: z.array(z.unknown()).nullish(),
});

/** Every third receipt handle fails to delete, however often it is used. */
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
      Message: 'injected by the fault suite',
      SenderFault: false,
    }));
    if (taken.length === 0) return { status: 200, body: { Successful: [], Failed } };
    const { status, body: answer } = await forward({ ...rest, Entries: taken });
    const result = deleteResult.parse(answer);
    return { status, body: { ...result, Failed: [...(result.Failed ?? []), ...Failed] } };
  };
}

/** A message that could not be deleted before its process is killed is redelivered, and its idempotency entry shows that it is done. */
export const idempotentPartialDelete = idempotentRow({
  fault: FAULT,
  // A FIFO group stops at a message that cannot be deleted, so most groups would wait for as long as this lasts.
  targets: ['sqs'],
  options: { visibility: 5, onUnavailable: 'retry' },
  run: async (fixture, environment) => {
    const { ledger, gate, traffic } = fixture;
    const refused = new Set<string>();
    const [victim] = await fixture.startWorkers(2);
    if (victim === undefined) throw new RangeError('There is no worker to kill.');
    gate.rule = refuseReceipts(refused);
    const count = environment.pick(200, 1_000, 2_000);
    await fixture.produce(jobs({ count, keys: 50 }));
    await fixture.effects(count);

    await victim.kill();
    const split = splitEffects(ledger.entries, victim.name);
    gate.rule = ({ body }, forward) => forward(body);

    return fixture.finish(FAULT, {
      allowed: split.size,
      remarks: [
        `${refused.size} deletes refused, ${split.size} effects split from their entries by the kill`,
      ],
      failures: [
        refused.size === 0 && 'no delete was refused',
        () =>
          ![...traffic.receipts.values()].some((receipts) => receipts.length > 1) &&
          'nothing was redelivered',
      ],
    });
  },
});

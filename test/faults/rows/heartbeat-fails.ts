import { setTimeout as pause } from 'node:timers/promises';
import type { SqsRule } from '../harness/sqs-gate.js';
import type { Trial } from '../harness/trial.js';
import { trialRow } from '../row.js';
import { jobs } from '../worker/job.js';

const FAULT = 'visibility cannot be extended';
const COUNT = 5;
const POLL = 1_000;

/** Refuses to prolong; and hands nothing out a second time, or the process would hold its messages by their new receipts. */
const holdNothing =
  ({ traffic }: Trial): SqsRule =>
  async ({ action, body }, forward) => {
    if (action === 'ChangeMessageVisibilityBatch')
      return { status: 500, body: { __type: 'InternalError' } };
    if (action === 'ReceiveMessage' && traffic.receipts.size === COUNT) {
      await pause(POLL);
      return { status: 200, body: {} };
    }
    return forward(body);
  };

/** SQS refuses to prolong: the signal aborts, nothing is deleted late, and the message comes again. */
export const heartbeatFails = trialRow({
  fault: FAULT,
  kinds: ['sqs', 'fifo'],
  inShort: ['sqs'],
  options: () => ({ visibility: 3 }),
  play: async (trial) => {
    const { ledger, gate, traffic } = trial;
    const worker = await trial.hire();
    gate.rule = holdNothing(trial);
    await trial.produce(jobs({ count: COUNT, keys: COUNT, work: 6_000 }));

    const abortedAll = await ledger.until(
      () => new Set(ledger.of('aborted').map(({ id }) => id)).size === COUNT,
    );
    ledger.allowRerunsOf(worker.name);
    ledger.recoverFrom();
    const lostReceipts = [...traffic.receipts.values()].flatMap(([first]) => first ?? []);
    gate.rule = ({ body }, forward) => forward(body);

    return trial.conclude(FAULT, {
      failures: [
        !abortedAll && 'not every signal has aborted',
        // asked when all is over, so that a late delete would be seen
        () => lostReceipts.some((receipt) => traffic.deletesTried.has(receipt)) && 'a late delete',
      ],
    });
  },
});

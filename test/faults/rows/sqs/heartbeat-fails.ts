import { setTimeout as pause } from 'node:timers/promises';
import type { SqsRule } from '../../harness/channels/sqs-gate.js';
import type { RowFixture } from '../../harness/row-fixture.js';
import { defineRow } from '../../row.js';
import { jobs } from '../../worker/job.js';

const FAULT = 'visibility cannot be extended';
const COUNT = 5;
const POLL = 1_000;

/** Refuses extensions, and redelivers nothing, because the process would use the new receipt handles. */
const refuseExtensions =
  ({ traffic }: RowFixture): SqsRule =>
  async ({ action, body }, forward) => {
    if (action === 'ChangeMessageVisibilityBatch')
      return { status: 500, body: { __type: 'InternalError' } };
    if (action === 'ReceiveMessage' && traffic.receipts.size === COUNT) {
      await pause(POLL);
      return { status: 200, body: {} };
    }
    return forward(body);
  };

/** SQS refuses to extend the visibility. The signal aborts, nothing is deleted late, and the message is redelivered. */
export const heartbeatFails = defineRow({
  fault: FAULT,
  targets: ['sqs', 'fifo'],
  inShort: ['sqs'],
  options: () => ({ visibility: 3 }),
  run: async (fixture) => {
    const { ledger, gate, traffic } = fixture;
    const worker = await fixture.startWorker();
    gate.rule = refuseExtensions(fixture);
    await fixture.produce(jobs({ count: COUNT, keys: COUNT, work: 6_000 }));

    const abortedAll = await ledger.until(
      () => new Set(ledger.of('aborted').map(({ id }) => id)).size === COUNT,
    );
    ledger.allowRerunsOf(worker.name);
    ledger.recoverFrom();
    const lostReceipts = [...traffic.receipts.values()].flatMap(([first]) => first ?? []);
    gate.rule = ({ body }, forward) => forward(body);

    return fixture.finish(FAULT, {
      failures: [
        !abortedAll && 'not every signal has aborted',
        // called at the end, to see a late delete
        () => lostReceipts.some((receipt) => traffic.deletesTried.has(receipt)) && 'a late delete',
      ],
    });
  },
});

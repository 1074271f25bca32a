import { z } from 'zod';
import type { SqsRule } from '../../harness/channels/sqs-gate.js';
import { defineRow } from '../../row.js';
import { ALWAYS, jobs } from '../../worker/job.js';

const FAULT = 'ten attributes, and a trace besides';
const SQS_TAKES = 10;
const sent = z.object({
  Entries: z.array(z.object({ MessageAttributes: z.record(z.string(), z.unknown()).optional() })),
});

/** Records the attribute names of each message that is sent, and what SQS refused. */
const watchSends =
  (names: string[][], refusals: unknown[]): SqsRule =>
  async ({ action, body }, forward) => {
    const answer = await forward(body);
    if (action !== 'SendMessageBatch') return answer;
    const { Failed = [] } = z
      .looseObject({ Failed: z.array(z.unknown()).nullish() })
      .parse(answer.body);
    refusals.push(...(Failed ?? []), ...(answer.status === 200 ? [] : [answer.body]));
    for (const { MessageAttributes = {} } of sent.parse(body).Entries)
      names.push(Object.keys(MessageAttributes));
    return answer;
  };

/** Messages use all the attributes that SQS allows. The trace and the cause of a dead letter are left out; delivery is unaffected. */
export const fullAttributes = defineRow({
  fault: FAULT,
  targets: ['sqs', 'fifo'],
  inShort: ['sqs'],
  options: () => ({
    attributes: SQS_TAKES,
    worker: {
      tracer: 'elastic',
      publish: { kind: 'queue', to: 'traced-jobs', headers: SQS_TAKES },
    },
  }),
  run: async (fixture, environment) => {
    const names: string[][] = [];
    const refusals: unknown[] = [];
    fixture.gate.rule = watchSends(names, refusals);
    await fixture.makeQueue('traced-jobs');
    await fixture.startWorker();
    const count = environment.pick(100, 1_000, 2_000);
    await fixture.produce([
      { id: 'poison', key: 'poisoned', seq: 0, work: 0, failures: ALWAYS },
      ...jobs({ count, keys: 20 }),
    ]);
    await fixture.effects(count);

    return fixture.finish(FAULT, {
      allowed: 0,
      deadLettersWithoutHeader: 1,
      remarks: [`${names.length} sent on`],
      failures: [
        refusals.length > 0 && `SQS refused: ${JSON.stringify(refusals[0])}`,
        names.length !== count && `${names.length} of ${count} were sent on`,
        names.some((of) => of.length !== SQS_TAKES || of.includes('traceparent')) &&
          'the trace has taken the place of an attribute',
      ],
    });
  },
});

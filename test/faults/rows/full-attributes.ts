import { z } from 'zod';
import type { SqsRule } from '../harness/sqs-gate.js';
import { trialRow } from '../row.js';
import { ALWAYS, jobs } from '../worker/job.js';

const FAULT = 'ten attributes, and a trace besides';
const SQS_TAKES = 10;
const sent = z.object({
  Entries: z.array(z.object({ MessageAttributes: z.record(z.string(), z.unknown()).optional() })),
});

/** Notes the names of the attributes of each message that goes through, and whether SQS took it. */
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

/** Messages that have all the attributes SQS takes: the trace gives way, the cause of a dead letter too, and delivery does not. */
export const fullAttributes = trialRow({
  fault: FAULT,
  kinds: ['sqs', 'fifo'],
  inShort: ['sqs'],
  options: () => ({
    attributes: SQS_TAKES,
    worker: {
      tracer: 'elastic',
      publish: { kind: 'queue', to: 'traced-jobs', headers: SQS_TAKES },
    },
  }),
  play: async (trial, stage) => {
    const names: string[][] = [];
    const refusals: unknown[] = [];
    trial.gate.rule = watchSends(names, refusals);
    await trial.makeQueue('traced-jobs');
    await trial.hire();
    const count = stage.pick(100, 1_000, 2_000);
    await trial.produce([
      { id: 'poison', key: 'poisoned', seq: 0, work: 0, failures: ALWAYS },
      ...jobs({ count, keys: 20 }),
    ]);
    await trial.effects(count);

    return trial.conclude(FAULT, {
      allowed: 0,
      lettersWithoutRoom: 1,
      notes: [`${names.length} sent on`],
      failures: [
        refusals.length > 0 && `SQS refuses: ${JSON.stringify(refusals[0])}`,
        names.length !== count && `${names.length} of ${count} were sent on`,
        names.some((of) => of.length !== SQS_TAKES || of.includes('traceparent')) &&
          'the trace has taken the place of an attribute',
      ],
    });
  },
});

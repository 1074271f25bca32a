import { z } from 'zod';
import { jobSchema } from '../../worker/job.js';
import type { SqsAnswer, SqsCall } from './sqs-gate.js';

const received = z.object({
  Messages: z
    .array(z.object({ Body: z.string(), ReceiptHandle: z.string() }))
    .nullish()
    .transform((messages) => messages ?? []),
});
const deletes = z.object({
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
});
const deleteResult = z.object({
  Failed: z
    .array(z.object({ Id: z.string() }))
    .nullish()
    .transform((failed) => failed ?? []),
});

/** The traffic between workers and a queue: what was received and what was deleted. */
export class SqsTraffic {
  /** By job: the receipt handles of its receives. */
  readonly receipts = new Map<string, string[]>();
  /** The receipt handles that were used for a delete, whether it succeeded or not. */
  readonly deletesTried = new Set<string>();
  readonly #jobs = new Map<string, string>();

  constructor(private readonly onDeleted: (job: string) => void) {}

  observe({ action, body }: SqsCall, answer: SqsAnswer): void {
    if (answer.status !== 200) return;
    if (action === 'ReceiveMessage') this.#received(answer);
    if (action === 'DeleteMessageBatch') this.#deleted(body, answer);
  }

  #received(answer: SqsAnswer): void {
    for (const { Body, ReceiptHandle } of received.parse(answer.body).Messages) {
      const { id } = jobSchema.parse(JSON.parse(Body));
      this.#jobs.set(ReceiptHandle, id);
      const receipts = this.receipts.get(id);
      if (receipts === undefined) this.receipts.set(id, [ReceiptHandle]);
      else receipts.push(ReceiptHandle);
    }
  }

  #deleted(body: Record<string, unknown>, answer: SqsAnswer): void {
    const failed = new Set(deleteResult.parse(answer.body).Failed.map(({ Id }) => Id));
    for (const { Id, ReceiptHandle } of deletes.parse(body).Entries) {
      this.deletesTried.add(ReceiptHandle);
      const job = this.#jobs.get(ReceiptHandle);
      if (job !== undefined && !failed.has(Id)) this.onDeleted(job);
    }
  }
}

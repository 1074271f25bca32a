import { z } from 'zod';
import { obeys, wholeNumber } from './obeys.js';
import type { Receipts } from './receipts.js';

const receipt = {
  ReceiptHandle: z
    .string()
    .superRefine(obeys('a ReceiptHandle: not empty', (handle) => handle.length > 0)),
};

/** API_ChangeMessageVisibility, VisibilityTimeout; the 12 hours in all: see {@link Receipts}. */
export function changesOf(receipts: Receipts): {
  readonly one: z.ZodType;
  readonly batch: z.ZodType;
} {
  const one = z
    .object({ ...receipt, VisibilityTimeout: wholeNumber('VisibilityTimeout', 0, 43_200) })
    .superRefine(
      obeys(
        'VisibilityTimeout: at most 12 h since the receive',
        ({ ReceiptHandle, VisibilityTimeout }) => VisibilityTimeout <= receipts.left(ReceiptHandle),
        ({ VisibilityTimeout }) => VisibilityTimeout,
      ),
    );
  return { one, batch: z.object({ Entries: z.array(one) }) };
}

export const DeleteMessage = z.object(receipt);

export const DeleteMessageBatch = z.object({ Entries: z.array(DeleteMessage) });

const names = (limit: string, known: ReadonlySet<string>) =>
  z
    .array(z.string())
    .superRefine(obeys(limit, (all) => all.every((name) => known.has(name))))
    .optional();

/** API_ReceiveMessage, MessageSystemAttributeNames. */
const OF_A_MESSAGE: ReadonlySet<string> = new Set([
  'All',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
]);

/** API_ReceiveMessage. */
export const ReceiveMessage = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: wholeNumber('MaxNumberOfMessages', 1, 10).optional(),
  WaitTimeSeconds: wholeNumber('WaitTimeSeconds', 0, 20).optional(),
  VisibilityTimeout: wholeNumber('VisibilityTimeout', 0, 43_200).optional(),
  MessageSystemAttributeNames: names('MessageSystemAttributeNames: known ones', OF_A_MESSAGE),
});

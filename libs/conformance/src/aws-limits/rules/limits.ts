import { z } from 'zod';
import { Batch } from './batch.js';
import { changesOf, DeleteMessage, DeleteMessageBatch, ReceiveMessage } from './holding.js';
import { CreateQueue, GetQueueAttributes, GetQueueUrl } from './queues.js';
import { obeys } from './obeys.js';
import type { Receipts } from './receipts.js';
import { SendMessage, SendMessageBatch } from './sending.js';
import { shown, type LimitViolation } from '../violation.js';

/** Returns what AWS would refuse in a request. Empty if AWS would accept it. */
export type Limits = (operation: string, input: unknown) => readonly LimitViolation[];

/**
 * AWS' documented limits. A request of an operation that is not listed here is a violation too, so nothing is left unchecked.
 *
 * @param receipts what was received, and when: some limits count from there
 */
export function limitsOf(receipts: Receipts): Limits {
  const changes = changesOf(receipts);
  const schemas: ReadonlyMap<string, readonly z.ZodType[]> = new Map<string, readonly z.ZodType[]>([
    ['SendMessage', [SendMessage]],
    ['SendMessageBatch', [Batch, SendMessageBatch]],
    ['ReceiveMessage', [ReceiveMessage]],
    ['DeleteMessage', [DeleteMessage]],
    ['DeleteMessageBatch', [Batch, DeleteMessageBatch]],
    ['ChangeMessageVisibility', [changes.one]],
    ['ChangeMessageVisibilityBatch', [Batch, changes.batch]],
    ['GetQueueUrl', [GetQueueUrl]],
    ['GetQueueAttributes', [GetQueueAttributes]],
    ['CreateQueue', [CreateQueue]],
  ]);
  return (operation, input) =>
    (schemas.get(operation) ?? [unknownOperation])
      .flatMap((schema) => schema.safeParse(input).error?.issues ?? [])
      .map((issue) => violationOf(operation, issue));
}

const unknownOperation = z.unknown().superRefine(
  obeys(
    'an operation whose limits are known',
    () => false,
    () => 'another',
  ),
);

const violationOf = (operation: string, issue: z.core.$ZodIssue): LimitViolation => {
  const { message, path } = issue;
  const was: unknown = issue.code === 'custom' ? issue.params?.was : undefined;
  return typeof was === 'string'
    ? { operation, limit: message, was }
    : { operation, limit: `the form of ${path.join('.')}`, was: shown(message) };
};

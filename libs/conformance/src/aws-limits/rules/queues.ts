import { z } from 'zod';
import { obeys } from './obeys.js';

/** SQS Developer Guide, "Amazon SQS standard queue quotas" and "… FIFO queue quotas", Queue name. */
const QueueName = z
  .string()
  .superRefine(
    obeys(
      'a queue’s name: 1 to 80 letters, digits, "-" and "_", the ending ".fifo" included',
      (name) => name.length <= 80 && /^[A-Za-z0-9_-]+(?:\.fifo)?$/.test(name),
    ),
  );

export const GetQueueUrl = z.object({
  QueueName,
  QueueOwnerAWSAccountId: z
    .string()
    .superRefine(obeys('an account: 12 digits', (account) => /^\d{12}$/.test(account)))
    .optional(),
});

/** API_CreateQueue, Attributes: whole numbers between these. */
const NUMBERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const OTHERS: ReadonlySet<string> = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
]);

const FIFO_ONLY: ReadonlySet<string> = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

function isInRange([name, value]: readonly [string, string]): boolean {
  const range = NUMBERS[name];
  if (range === undefined) return OTHERS.has(name) || FIFO_ONLY.has(name);
  return /^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1];
}

/** API_CreateQueue. */
export const CreateQueue = z
  .object({
    QueueName,
    Attributes: z
      .record(z.string(), z.string())
      .superRefine(
        obeys(
          'a queue’s attributes: known ones, with the numbers that API_CreateQueue allows',
          (attributes) => Object.entries(attributes).every(isInRange),
          (attributes) => Object.entries(attributes).find((one) => !isInRange(one)),
        ),
      )
      .default({}),
  })
  .superRefine(
    obeys(
      'a FIFO queue: FifoQueue is "true" and its name ends in ".fifo"; another has no attributes of FIFO',
      ({ QueueName: name, Attributes }) =>
        name.endsWith('.fifo')
          ? Attributes.FifoQueue === 'true'
          : !Object.keys(Attributes).some((attribute) => FIFO_ONLY.has(attribute)),
    ),
  );

/** API_GetQueueAttributes, AttributeNames. */
const READABLE: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBERS),
  ...OTHERS,
  ...FIFO_ONLY,
  'All',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
]);

export const GetQueueAttributes = z.object({
  QueueUrl: z.string(),
  AttributeNames: z
    .array(z.string())
    .superRefine(
      obeys('AttributeNames: known ones', (all) => all.every((name) => READABLE.has(name))),
    )
    .optional(),
});

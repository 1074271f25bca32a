import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { payloadOf } from '../candidates/payload.js';
import type { Environment } from '../harness/environment.js';
import { freshName } from './names.js';
import { traceparentOf, type SampledShare } from './traceparent.js';

/** The content of a queue. */
export interface QueueFilling {
  readonly messages: number;
  /** A FIFO queue whose messages take turns in this many groups. Default: a standard queue. */
  readonly groups?: number;
  /** Default: messages have no trace. */
  readonly sampled?: SampledShare;
}

export interface OwnQueue {
  readonly name: string;
  readonly url: string;
}

const TEN = 10;
const SENDERS = 8;

export async function createQueue(
  { sqs }: Environment,
  kind: 'standard' | 'fifo',
): Promise<OwnQueue> {
  const name = freshName('queue') + (kind === 'fifo' ? '.fifo' : '');
  const Attributes = {
    // As long as any run takes, because a message that is received twice would be counted twice.
    VisibilityTimeout: '300',
    ...(kind === 'fifo' && { FifoQueue: 'true' }),
  };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  if (QueueUrl === undefined) throw new Error(`The queue ${name} was not created.`);
  return { name, url: QueueUrl };
}

function entryOf(number: number, { groups, sampled }: QueueFilling): SendMessageBatchRequestEntry {
  const id = String(number % TEN);
  return {
    Id: id,
    MessageBody: JSON.stringify(payloadOf(number)),
    ...(groups !== undefined && {
      MessageGroupId: `g${number % groups}`,
      MessageDeduplicationId: String(number),
    }),
    ...(sampled !== undefined && {
      MessageAttributes: {
        traceparent: { DataType: 'String', StringValue: traceparentOf(number, sampled) },
      },
    }),
  };
}

export async function fillQueue(
  { sqs }: Environment,
  { url }: OwnQueue,
  filling: QueueFilling,
): Promise<void> {
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < filling.messages) {
      const from = next;
      next += TEN;
      const count = Math.min(TEN, filling.messages - from);
      const Entries = Array.from({ length: count }, (_, index) => entryOf(from + index, filling));
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: url, Entries }),
      );
      if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} messages of the bench.`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
}

/** How many messages the queue has, received or not. */
export async function depthOf({ sqs }: Environment, { url }: OwnQueue): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) +
    Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
}

export async function deleteQueue({ sqs }: Environment, { url }: OwnQueue): Promise<void> {
  await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
}

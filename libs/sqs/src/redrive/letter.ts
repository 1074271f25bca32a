import type { Message } from '@aws-sdk/client-sqs';
import type { Letter } from 'throughline';
import { headersOf } from '../attributes.js';

/** A dead letter as SQS has it. */
export interface SqsLetter extends Letter {
  /** Its body, character for character. */
  readonly body: string;
  /** With their types. */
  readonly attributes: NonNullable<Message['MessageAttributes']>;
  /** X-Ray's context, which travels beside the attributes. */
  readonly xray: string | undefined;
  /** When it became a dead letter, by SQS' clock: ours are new messages. */
  readonly sentAt: number;
  readonly receipt: string;
}

export function letterOf(message: Message): SqsLetter {
  const { MessageId = '', Body = '', MessageAttributes = {}, ReceiptHandle = '' } = message;
  const { MessageGroupId, SentTimestamp, AWSTraceHeader } = message.Attributes ?? {};
  return {
    id: MessageId,
    key: MessageGroupId ?? null,
    headers: headersOf(MessageAttributes),
    raw: Buffer.from(Body),
    body: Body,
    attributes: MessageAttributes,
    xray: AWSTraceHeader,
    sentAt: Number(SentTimestamp ?? 0),
    receipt: ReceiptHandle,
  };
}

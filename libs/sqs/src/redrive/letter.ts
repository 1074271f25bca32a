import type { Message } from '@aws-sdk/client-sqs';
import type { Letter } from 'throughline';
import { attributesIn, headersOf, type ReceivedAttributes } from '../attributes.js';

/** A dead letter as SQS has it. */
export interface SqsLetter extends Letter {
  /** Its body, character for character. */
  readonly body: string;
  /** With their types. */
  readonly attributes: ReceivedAttributes;
  /** X-Ray's context, which travels beside the attributes. */
  readonly xray: string | undefined;
  /** When it became a dead letter, by SQS' clock: ours are new messages. */
  readonly sentAt: number;
  readonly receipt: string;
}

export function letterOf(message: Message): SqsLetter {
  const { MessageId = '', Body = '', ReceiptHandle = '' } = message;
  const { MessageGroupId, SentTimestamp, AWSTraceHeader } = message.Attributes ?? {};
  const attributes = attributesIn(message);
  return {
    id: MessageId,
    key: MessageGroupId ?? null,
    headers: headersOf(attributes),
    raw: Buffer.from(Body),
    body: Body,
    attributes,
    xray: AWSTraceHeader,
    sentAt: Number(SentTimestamp ?? 0),
    receipt: ReceiptHandle,
  };
}

import type { Message } from '@aws-sdk/client-sqs';
import { causeIn, DEAD_LETTER_HEADER, type StoredDeadLetter } from 'throughline/transport';
import { firstHeader, headersFrom, type HeaderEntry } from '#base';
import { unpack } from '../../dead-letters/packed-message.js';
import { attributesIn, headersOf, type ReceivedAttributes } from '../../messages/attributes.js';

/** A dead letter in the form in which SQS stores it. */
export interface SqsDeadLetter extends StoredDeadLetter {
  /** The unchanged body of the dead letter. */
  readonly body: string;
  /** With their types. */
  readonly attributes: ReceivedAttributes;
  /** The value of `AWSTraceHeader`, which is a system attribute. */
  readonly xray: string | undefined;
  /**
   * When the message became a dead letter, by SQS' clock, in milliseconds since the epoch. This is the time of sending, because
   * storing a dead letter sends a new message.
   */
  readonly sentAt: number;
  readonly receipt: string;
  /** The name of the queue from which the dead letter comes. Absent if it is not known. */
  readonly source: string | undefined;
}

export function deadLetterOf(message: Message): SqsDeadLetter {
  const { MessageId = '', Body = '', ReceiptHandle = '' } = message;
  const { MessageGroupId, SentTimestamp, AWSTraceHeader, DeadLetterQueueSourceArn } =
    message.Attributes ?? {};
  const attributes = attributesIn(message);
  const headers = headersOf(attributes);
  return {
    id: MessageId,
    key: MessageGroupId ?? null,
    headers,
    raw: Buffer.from(Body),
    body: Body,
    attributes,
    xray: AWSTraceHeader,
    sentAt: Number(SentTimestamp ?? 0),
    receipt: ReceiptHandle,
    // If SQS itself moved the message, SQS names the queue that it came from. Otherwise, the `dead-letter` header does.
    source: DeadLetterQueueSourceArn?.split(':').at(-1) ?? causeIn(headers)?.source,
  };
}

/**
 * Restores the message of another broker from its dead letter, with the `dead-letter` header that names the cause. A dead letter
 * of an earlier version has no marker and is returned as SQS shows it.
 *
 * @throws ThroughlineError `TL_SQS_LETTER_UNREADABLE`
 */
export function restoredDeadLetter({
  id,
  key,
  headers,
  raw,
  body,
  attributes,
}: SqsDeadLetter): StoredDeadLetter {
  const message = unpack(body, attributes);
  if (message === undefined) {
    return { id, key, rawKey: key === null ? null : Buffer.from(key), headers, raw };
  }
  const cause = firstHeader(headers, DEAD_LETTER_HEADER);
  const entries: HeaderEntry[] = Object.entries(message.headers);
  if (cause !== undefined) entries.push([DEAD_LETTER_HEADER, Buffer.from(cause)]);
  return {
    id,
    key: message.key === null ? null : Buffer.from(message.key).toString('utf8'),
    rawKey: message.key,
    headers: headersFrom(entries),
    raw: message.raw,
  };
}

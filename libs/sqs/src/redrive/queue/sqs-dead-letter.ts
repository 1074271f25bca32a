import type { Message } from '@aws-sdk/client-sqs';
import { DEAD_LETTER_HEADER, type Letter } from 'throughline/transport';
import { firstHeader, headersFrom, type HeaderEntry } from '#base';
import { unpack } from '../../dead-letters/packed-message.js';
import { attributesIn, headersOf, type ReceivedAttributes } from '../../messages/attributes.js';

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

/**
 * The message of another broker that this dead letter was, with the note that it has got. What an earlier version has stored
 * carries no marker, and is what can be seen of it.
 *
 * @throws ThroughlineError `TL_SQS_LETTER_UNREADABLE`
 */
export function restoredLetter({ id, key, headers, raw, body, attributes }: SqsLetter): Letter {
  const message = unpack(body, attributes);
  if (message === undefined) {
    return { id, key, rawKey: key === null ? null : Buffer.from(key), headers, raw };
  }
  const note = firstHeader(headers, DEAD_LETTER_HEADER);
  const entries: HeaderEntry[] = Object.entries(message.headers);
  if (note !== undefined) entries.push([DEAD_LETTER_HEADER, Buffer.from(note)]);
  return {
    id,
    key: message.key === null ? null : Buffer.from(message.key).toString('utf8'),
    rawKey: message.key,
    headers: headersFrom(entries),
    raw: message.raw,
  };
}

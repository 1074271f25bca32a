import {
  SendMessageCommand,
  type MessageAttributeValue,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { DEAD_LETTER_HEADER, type Arrival, type Burial } from 'throughline';
import { SqsArrival } from './arrival.js';
import { attributesOf, MAX_ATTRIBUTES } from './attributes.js';
import { isAway, told } from './failures.js';
import type { QueueAddress } from './queue.js';

type Attributes = Record<string, MessageAttributeValue>;

/** What another broker's message brings may be more than SQS takes; what was SQS' own goes along with its types. */
const attributesAsTheyWere = (arrival: Arrival): Attributes =>
  arrival instanceof SqsArrival ? { ...arrival.attributes } : attributesOf(arrival.headers);

function withNote(attributes: Attributes, note: string | undefined): Attributes {
  if (note === undefined || Object.keys(attributes).length >= MAX_ATTRIBUTES) return attributes;
  return { ...attributes, [DEAD_LETTER_HEADER]: { DataType: 'String', StringValue: note } };
}

/**
 * Sends a dead letter to its queue: body and attributes as they were, and the first of the notes that SQS has room for. On FIFO
 * the deduplication id is that of the message which is moved: by its content SQS would take two equal bodies for one, and
 * swallow the second without a word.
 */
export async function buryIn(
  queue: QueueAddress,
  { arrival, notes }: Burial,
  client: SQSClient,
): Promise<void> {
  const attributes = attributesAsTheyWere(arrival);
  const send = (note: string | undefined): Promise<unknown> =>
    client.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: Buffer.from(arrival.raw ?? '').toString('utf8'),
        MessageAttributes: withNote(attributes, note),
        ...(queue.isFifo && {
          MessageGroupId: arrival.key ?? randomUUID(),
          MessageDeduplicationId: arrival.id,
        }),
      }),
    );
  let refusal: unknown;
  for (const note of [...notes, undefined]) {
    try {
      await send(note);
      return;
    } catch (error) {
      refusal = error;
      if (isAway(error)) break;
    }
  }
  throw told(`a dead letter in "${queue.name}"`, refusal);
}

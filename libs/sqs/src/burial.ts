import {
  SendMessageCommand,
  type MessageAttributeValue,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { DEAD_LETTER_HEADER, type Arrival, type Burial } from 'throughline';
import { SqsArrival } from './arrival.js';
import { attributesOf, MAX_ATTRIBUTES } from './attributes.js';
import { isAway, told } from './failures.js';
import type { QueueAddress } from './queue.js';
import { LARGEST, sizeOf } from './request-size.js';

type Attributes = Record<string, MessageAttributeValue>;
type Group = Pick<SendMessageCommandInput, 'MessageGroupId' | 'MessageDeduplicationId'>;

/** What another broker's message brings may be more than SQS takes; what was SQS' own goes along with its types. */
const attributesAsTheyWere = (arrival: Arrival): Attributes =>
  arrival instanceof SqsArrival ? { ...arrival.attributes } : attributesOf(arrival.headers);

/**
 * A dead letter's attributes with each of the notes that SQS has room for, and without one. What was redriven brings the note of
 * its last burial, which makes room for the new one, and says nothing true beside none.
 */
function forms(
  attributes: Attributes,
  body: string,
  notes: readonly string[],
): readonly Attributes[] {
  const { [DEAD_LETTER_HEADER]: _last, ...others } = attributes;
  if (Object.keys(others).length >= MAX_ATTRIBUTES) return [others];
  const withNotes = notes.map((note) => ({
    ...others,
    [DEAD_LETTER_HEADER]: { DataType: 'String', StringValue: note },
  }));
  const fits = (form: Attributes): boolean =>
    sizeOf({ MessageBody: body, MessageAttributes: form }) <= LARGEST;
  return [...withNotes.filter(fits), others];
}

/** X-Ray's header is where a context went that had no room among the attributes. */
const systemAttributesOf = (
  arrival: Arrival,
): Pick<SendMessageCommandInput, 'MessageSystemAttributes'> =>
  arrival instanceof SqsArrival && arrival.xray !== undefined
    ? {
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: 'String', StringValue: arrival.xray },
        },
      }
    : {};

/**
 * On FIFO the deduplication id is that of the message which is moved: by its content SQS would take two equal bodies for one, and
 * swallow the second without a word. On a standard queue a group is for fairness between tenants, and SQS' own messages keep it.
 */
function groupOf(arrival: Arrival, { isFifo }: QueueAddress): Group {
  if (isFifo) {
    return { MessageGroupId: arrival.key ?? randomUUID(), MessageDeduplicationId: arrival.id };
  }
  const isFair = arrival instanceof SqsArrival && arrival.lane === null && arrival.key !== null;
  return isFair ? { MessageGroupId: arrival.key } : {};
}

/** Sends a dead letter to its queue: body and attributes as they were, and the first of the notes that SQS has room for. */
export async function buryIn(
  queue: QueueAddress,
  { arrival, notes }: Burial,
  client: SQSClient,
): Promise<void> {
  const attributes = attributesAsTheyWere(arrival);
  const body = Buffer.from(arrival.raw ?? '').toString('utf8');
  const send = (form: Attributes): Promise<unknown> =>
    client.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: body,
        MessageAttributes: form,
        ...systemAttributesOf(arrival),
        ...groupOf(arrival, queue),
      }),
    );
  let refusal: unknown;
  for (const form of forms(attributes, body, notes)) {
    try {
      await send(form);
      return;
    } catch (error) {
      refusal = error;
      if (isAway(error)) break;
    }
  }
  throw told(`a dead letter in "${queue.name}"`, refusal);
}

import { SendMessageCommand, type SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import {
  DEAD_LETTER_HEADER,
  type DeadLetterRequest,
  type InboundMessage,
} from 'throughline/transport';
import { ThroughlineError } from '#base';
import { isRefusal, SENDING, toSqsError } from '../client/failures.js';
import { LARGEST, sizeOf } from '../client/request-size.js';
import { MAX_ATTRIBUTES } from '../messages/attributes.js';
import { SqsInbound } from '../messages/inbound-message.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import { validId } from '../send/group.js';
import { pack, packSmall, type ForeignMessage, type PackedForm } from './packed-message.js';

type Group = Pick<SendMessageCommandInput, 'MessageGroupId' | 'MessageDeduplicationId'>;
/** The parts in which the forms of a dead letter differ. */
type Form = Pick<SendMessageCommandInput, 'MessageBody' | 'MessageAttributes'>;

/** Copies `AWSTraceHeader`, which carries a trace context that did not fit among the attributes. */
const systemAttributesOf = (
  inbound: InboundMessage,
): Pick<SendMessageCommandInput, 'MessageSystemAttributes'> =>
  inbound instanceof SqsInbound && inbound.xray !== undefined
    ? {
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: 'String', StringValue: inbound.xray },
        },
      }
    : {};

/** Returns the bytes of a message's key, because keys of other brokers need not be text. */
const keyOf = ({ key, rawKey }: InboundMessage): Uint8Array | null =>
  rawKey ?? (key === null ? null : Buffer.from(key));

/**
 * Returns the text that identifies a message during SQS' deduplication interval of five minutes. The id of another broker's message
 * is its position in a log. If a topic is deleted and created again, positions repeat, and SQS would silently drop the second
 * message. Therefore, the text also contains the message's time.
 */
const identityOf = (inbound: InboundMessage): string =>
  inbound instanceof SqsInbound
    ? inbound.id
    : `${inbound.id}@${inbound.incoming.sentAt ?? inbound.receivedAt}`;

/**
 * Returns the group and the deduplication id of a dead letter. On a FIFO queue, the deduplication id identifies the stored message.
 * With deduplication by content, SQS would silently drop the second of two messages with equal bodies. On a standard queue, groups
 * are for fairness between tenants. A message from a standard queue keeps its group there.
 */
function groupOf(inbound: InboundMessage, { isFifo }: QueueAddress): Group {
  if (isFifo) {
    const key = keyOf(inbound);
    return {
      // Messages without a key have no order, so each gets a group of its own.
      MessageGroupId: key === null || key.length === 0 ? randomUUID() : validId(key),
      MessageDeduplicationId: validId(identityOf(inbound)),
    };
  }
  const isFair = inbound instanceof SqsInbound && inbound.lane === null && inbound.key !== null;
  return isFair ? { MessageGroupId: inbound.key } : {};
}

const foreign = (inbound: InboundMessage): ForeignMessage => ({
  key: keyOf(inbound),
  raw: inbound.raw,
  headers: inbound.headers,
});

/** Returns the form of a message that comes from SQS. Its body, its attributes and their types stay unchanged. */
const ownForm = ({ raw, attributes }: SqsInbound): PackedForm => {
  // A redriven message still carries the cause of its previous failure.
  const { [DEAD_LETTER_HEADER]: _previous, ...others } = attributes;
  return { body: Buffer.from(raw).toString('utf8'), attributes: others };
};

function withCause({ body, attributes }: PackedForm, cause: string | undefined): Form {
  const header = { [DEAD_LETTER_HEADER]: { DataType: 'String', StringValue: cause } };
  return {
    MessageBody: body,
    MessageAttributes: cause === undefined ? attributes : { ...attributes, ...header },
  };
}

const fits = ({ MessageBody, MessageAttributes = {} }: Form): boolean =>
  Object.keys(MessageAttributes).length <= MAX_ATTRIBUTES &&
  sizeOf({ MessageBody, MessageAttributes }) <= LARGEST;

/** Returns the values to try for the `dead-letter` header, longest first. The last attempt is made without the header. */
const causesToTry = ({ causes }: DeadLetterRequest): readonly (string | undefined)[] => [
  ...causes,
  undefined,
];

/**
 * Yields the forms of a dead letter to try, best first. A more detailed cause comes before a shorter one, and with the same cause,
 * a readable body before a compressed one. Builds each form only when it is needed.
 */
async function* formsOf(request: DeadLetterRequest): AsyncGenerator<Form> {
  const { inbound } = request;
  if (inbound instanceof SqsInbound) {
    for (const cause of causesToTry(request)) yield withCause(ownForm(inbound), cause);
    return;
  }
  const message = foreign(inbound);
  const isSmall = (message.raw?.length ?? 0) <= LARGEST;
  const readable = isSmall ? pack(message) : undefined;
  let small: PackedForm | undefined;
  for (const [index, cause] of causesToTry(request).entries()) {
    if (readable !== undefined) yield withCause(readable, cause);
    if (index === 0) small = await packSmall(message);
    if (small !== undefined) yield withCause(small, cause);
  }
}

/**
 * Sends a dead letter to its queue, with body and attributes unchanged, and with the most detailed cause that fits. Tries the next
 * form only if SQS refuses this one message because of its size or contents. During an outage, or if the queue is missing, a
 * shorter form would only lose the cause.
 *
 * @throws ThroughlineError of the class `refused` if SQS refuses all forms
 */
export async function storeDeadLetter(
  queue: QueueAddress,
  request: DeadLetterRequest,
): Promise<void> {
  const doing = `storing a dead letter in "${queue.name}"`;
  const common = { ...systemAttributesOf(request.inbound), ...groupOf(request.inbound, queue) };
  let refusal: ThroughlineError | undefined;
  for await (const form of formsOf(request)) {
    if (!fits(form)) continue;
    try {
      await queue.client.send(new SendMessageCommand({ QueueUrl: queue.url, ...form, ...common }));
      return;
    } catch (error) {
      refusal = toSqsError(doing, error, SENDING);
      if (!isRefusal(refusal)) throw refusal;
    }
  }
  throw refusal ?? tooLarge(queue);
}

const tooLarge = ({ name }: QueueAddress): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_MESSAGE_TOO_LARGE',
    `A dead letter for "${name}" is larger than ${LARGEST} bytes even when compressed, so SQS cannot store it. Give the handler a ` +
      'deadLetter channel on Kafka.',
    { errorClass: 'refused' },
  );

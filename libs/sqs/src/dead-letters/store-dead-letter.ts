import {
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import {
  DEAD_LETTER_HEADER,
  type InboundMessage,
  type DeadLetterRequest,
} from 'throughline/transport';
import { ThroughlineError } from '#base';
import { SqsInbound } from '../messages/inbound-message.js';
import { MAX_ATTRIBUTES } from '../messages/attributes.js';
import { SENDING, told } from '../client/failures.js';
import { legalId } from '../send/legal-id.js';
import { pack, packSmall, type ForeignMessage, type PackedForm } from './packed-message.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import { isRefusal } from '../client/refusals.js';
import { LARGEST, sizeOf } from '../client/request-size.js';

type Group = Pick<SendMessageCommandInput, 'MessageGroupId' | 'MessageDeduplicationId'>;
/** What differs between the forms in which a dead letter may be stored. */
type Form = Pick<SendMessageCommandInput, 'MessageBody' | 'MessageAttributes'>;

/** X-Ray's header is where a context went that had no room among the attributes. */
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

/** Not every broker's key is text. */
const keyOf = ({ key, rawKey }: InboundMessage): Uint8Array | null =>
  rawKey ?? (key === null ? null : Buffer.from(key));

/**
 * What a message is known by for the five minutes of a deduplication. The id of another broker's message is its place in a log: a
 * topic that is made again gives it to another message, which SQS would swallow without a word.
 */
const identityOf = (inbound: InboundMessage): string =>
  inbound instanceof SqsInbound
    ? inbound.id
    : `${inbound.id}@${inbound.incoming.sentAt ?? inbound.receivedAt}`;

/**
 * On FIFO the deduplication id is that of the message which is moved: by its content SQS would take two equal bodies for one, and
 * swallow the second without a word. On a standard queue a group is for fairness between tenants, and SQS' own messages keep it.
 */
function groupOf(inbound: InboundMessage, { isFifo }: QueueAddress): Group {
  if (isFifo) {
    const key = keyOf(inbound);
    return {
      // Messages without a key stand in no order: each is a group by itself.
      MessageGroupId: key === null || key.length === 0 ? randomUUID() : legalId(key),
      MessageDeduplicationId: legalId(identityOf(inbound)),
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

/** What was SQS' own goes along as it is, with the types of its attributes. */
const ownForm = ({ raw, attributes }: SqsInbound): PackedForm => {
  // A redriven message still carries the note of its last failure, which is out of date.
  const { [DEAD_LETTER_HEADER]: _last, ...others } = attributes;
  return { body: Buffer.from(raw).toString('utf8'), attributes: others };
};

function withNote({ body, attributes }: PackedForm, note: string | undefined): Form {
  const noted = { [DEAD_LETTER_HEADER]: { DataType: 'String', StringValue: note } };
  return {
    MessageBody: body,
    MessageAttributes: note === undefined ? attributes : { ...attributes, ...noted },
  };
}

const fits = ({ MessageBody, MessageAttributes = {} }: Form): boolean =>
  Object.keys(MessageAttributes).length <= MAX_ATTRIBUTES &&
  sizeOf({ MessageBody, MessageAttributes }) <= LARGEST;

/** Each note, and none. */
const notesOf = ({ notes }: DeadLetterRequest): readonly (string | undefined)[] => [
  ...notes,
  undefined,
];

/**
 * The forms to try, the best first: the fullest note that there is room for, and what can be read rather than what is compressed.
 * They are made as they are asked for.
 */
async function* formsOf(burial: DeadLetterRequest): AsyncGenerator<Form> {
  const { inbound } = burial;
  if (inbound instanceof SqsInbound) {
    for (const note of notesOf(burial)) yield withNote(ownForm(inbound), note);
    return;
  }
  const message = foreign(inbound);
  const isSmall = (message.raw?.length ?? 0) <= LARGEST;
  const readable = isSmall ? pack(message) : undefined;
  let small: PackedForm | undefined;
  for (const [index, note] of notesOf(burial).entries()) {
    if (readable !== undefined) yield withNote(readable, note);
    if (index === 0) small = await packSmall(message);
    if (small !== undefined) yield withNote(small, note);
  }
}

/**
 * Sends a dead letter to its queue: body and attributes as they were, with the first of the notes that SQS has room for. Only
 * where SQS refuses this one message, for its size or what is in it, the next form is tried: while SQS cannot be reached, or the
 * queue is missing, a shorter note would only lose the cause.
 *
 * @throws ThroughlineError of the class `refused` where SQS takes it in no form
 */
export async function buryIn(
  queue: QueueAddress,
  burial: DeadLetterRequest,
  client: SQSClient,
): Promise<void> {
  const doing = `storing a dead letter in "${queue.name}"`;
  const common = { ...systemAttributesOf(burial.inbound), ...groupOf(burial.inbound, queue) };
  let refusal: ThroughlineError | undefined;
  for await (const form of formsOf(burial)) {
    if (!fits(form)) continue;
    try {
      await client.send(new SendMessageCommand({ QueueUrl: queue.url, ...form, ...common }));
      return;
    } catch (error) {
      refusal = told(doing, error, SENDING);
      if (!isRefusal(refusal)) throw refusal;
    }
  }
  throw refusal ?? tooLarge(queue);
}

const tooLarge = ({ name }: QueueAddress): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_MESSAGE_TOO_LARGE',
    `A dead letter has more than ${LARGEST} bytes even when it is compressed, and "${name}" takes no more: give its handler a ` +
      'deadLetter on Kafka.',
    { errorClass: 'refused' },
  );

import { z } from 'zod';
import { bytesOfAttributes, MessageAttributes, MessageSystemAttributes } from './attributes.js';
import { bytesOf, isSqsId, isSqsText } from './characters.js';
import { obeys, wholeNumber } from './obeys.js';

/** 1 MiB since August 2025, a batch's messages together as well (API_SendMessage, MessageBody; API_SendMessageBatch). */
const MAX_BYTES = 1_048_576;

// API_SendMessage and API_SendMessageBatch; the characters: "Amazon SQS message quotas".
const message = {
  MessageBody: z
    .string()
    .superRefine(obeys('a body: one character at least', (body) => body.length > 0))
    .superRefine(obeys('a body: XML’s characters, no control characters', isSqsText)),
  DelaySeconds: wholeNumber('DelaySeconds', 0, 900).optional(),
  MessageAttributes: MessageAttributes.optional(),
  MessageSystemAttributes: MessageSystemAttributes.optional(),
  MessageGroupId: z
    .string()
    .superRefine(obeys('MessageGroupId: 1 to 128 letters, digits and punctuation', isSqsId))
    .optional(),
  MessageDeduplicationId: z
    .string()
    .superRefine(obeys('MessageDeduplicationId: 1 to 128 letters, digits and punctuation', isSqsId))
    .optional(),
};
const Message = z.object(message);
type Message = z.output<typeof Message>;

const sizeOf = ({ MessageBody, MessageAttributes: attributes }: Message): number =>
  bytesOf(MessageBody) + bytesOfAttributes(attributes);

/** A request to send, of one message or of a batch. */
interface Sending {
  readonly QueueUrl: string;
  readonly messages: readonly Message[];
}

/** Some fields are for FIFO queues only, or never for them. A FIFO queue's name ends in `.fifo`. */
const fitsQueue = (limit: string, holds: (fifo: boolean, message: Message) => boolean) =>
  obeys<Sending>(
    limit,
    ({ QueueUrl, messages }) => messages.every((one) => holds(QueueUrl.endsWith('.fifo'), one)),
    ({ QueueUrl }) => QueueUrl,
  );

const ofAll = (messages: readonly Message[]): number =>
  messages.reduce((bytes, one) => bytes + sizeOf(one), 0);

const CHECKS = [
  fitsQueue(
    'no DelaySeconds with a message of a FIFO queue',
    (fifo, { DelaySeconds }) => !fifo || DelaySeconds === undefined,
  ),
  fitsQueue(
    'MessageGroupId with each message of a FIFO queue',
    (fifo, { MessageGroupId }) => !fifo || MessageGroupId !== undefined,
  ),
  // Mandatory unless the queue has ContentBasedDeduplication, which treats equal messages as duplicates. Do not rely on it.
  fitsQueue(
    'MessageDeduplicationId with each message of a FIFO queue',
    (fifo, { MessageDeduplicationId }) => !fifo || MessageDeduplicationId !== undefined,
  ),
  fitsQueue(
    'no MessageDeduplicationId with a message of a standard queue',
    (fifo, { MessageDeduplicationId }) => fifo || MessageDeduplicationId === undefined,
  ),
  obeys<Sending>(
    'a message: 1,048,576 bytes with its attributes',
    ({ messages }) => messages.every((one) => sizeOf(one) <= MAX_BYTES),
    ({ messages }) => Math.max(...messages.map(sizeOf)),
  ),
  obeys<Sending>(
    'a batch: 1,048,576 bytes in all',
    ({ messages }) => messages.length < 2 || ofAll(messages) <= MAX_BYTES,
    ({ messages }) => ofAll(messages),
  ),
];

const checkAll = (sending: Sending, context: z.RefinementCtx<Sending>): void => {
  for (const check of CHECKS) check(sending, context);
};

export const SendMessage = z
  .object({ QueueUrl: z.string(), ...message })
  .transform(({ QueueUrl, ...one }): Sending => ({ QueueUrl, messages: [one] }))
  .superRefine(checkAll);

export const SendMessageBatch = z
  .object({ QueueUrl: z.string(), Entries: z.array(Message) })
  .transform(({ QueueUrl, Entries }): Sending => ({ QueueUrl, messages: Entries }))
  .superRefine(checkAll);

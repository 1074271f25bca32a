import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';

/** 1 MiB since August 2025, of a message as of a batch; a queue may be set to less (API_SendMessage, MessageBody). */
export const LARGEST = 1_024 * 1_024;
/** In one request. */
export const MAX_ENTRIES = 10;
/** What every SQS takes in one request of several messages. */
const MAX_BYTES = 256 * 1_024;

type Sized = Pick<SendMessageBatchRequestEntry, 'MessageBody' | 'MessageAttributes'>;

/** AWS counts an attribute's name, type and value as well as the body. */
export const sizeOf = ({ MessageBody, MessageAttributes = {} }: Sized): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + name.length + DataType.length + (BinaryValue?.length ?? Buffer.byteLength(StringValue)),
    Buffer.byteLength(MessageBody ?? ''),
  );

/** How many of the first entries make up one request: ten, and what SQS takes in bytes; one at least, however large. */
export const howManyFit = (waiting: readonly Sized[]): number =>
  howManyOf(waiting.slice(0, MAX_ENTRIES).map(sizeOf));

/** The same where their sizes are known. */
export function howManyOf(sizes: readonly number[]): number {
  let bytes = 0;
  let count = 0;
  for (const size of sizes) {
    bytes += size;
    if (count === MAX_ENTRIES || (bytes > MAX_BYTES && count > 0)) break;
    count += 1;
  }
  return count;
}

import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';

/**
 * The maximum size in bytes of a message, and of a batch: 1 MiB since August 2025. A queue may allow less (API_SendMessage,
 * MessageBody).
 */
export const LARGEST = 1_024 * 1_024;
/** The maximum number of messages that SQS accepts in one request. */
export const MAX_ENTRIES = 10;
/** A batch size, in bytes, that every SQS implementation accepts. */
const MAX_BYTES = 256 * 1_024;

type Sized = Pick<SendMessageBatchRequestEntry, 'MessageBody' | 'MessageAttributes'>;

/** Returns the size of a message in bytes. AWS counts the name, type and value of each attribute as well as the body. */
export const sizeOf = ({ MessageBody, MessageAttributes = {} }: Sized): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + name.length + DataType.length + (BinaryValue?.length ?? Buffer.byteLength(StringValue)),
    Buffer.byteLength(MessageBody ?? ''),
  );

/** Returns how many of the first messages fit into one request. The result is at least one, even if that message is too large. */
export const howManyFit = (waiting: readonly Sized[]): number =>
  howManyOf(waiting.slice(0, MAX_ENTRIES).map(sizeOf));

/** Returns how many of the first items fit into one request, like {@link howManyFit}, but for sizes that are already known. */
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

/** Splits items into batches of at most ten, in order. */
export const inBatches = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / MAX_ENTRIES) }, (_, batch) =>
    items.slice(batch * MAX_ENTRIES, (batch + 1) * MAX_ENTRIES),
  );

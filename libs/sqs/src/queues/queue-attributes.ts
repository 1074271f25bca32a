import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import { isUnavailable, ThroughlineError } from '#base';
import { DESCRIBING, toSqsError } from '../client/failures.js';
import type { QueueAddress } from './queue-reference.js';

type Attributes = Partial<Record<QueueAttributeName, string>>;

/** The default visibility timeout in seconds, as AWS documents it. */
const DEFAULT_VISIBILITY = 30;

/**
 * Reads attributes of a queue.
 *
 * @param what what an error message calls these attributes
 * @throws ThroughlineError `TL_SQS_UNAVAILABLE`, `TL_SQS_DENIED`, `TL_SQS_QUEUE_MISSING`, `TL_SQS_BLOCKED`
 */
export async function queueAttributes(
  { url, name, client }: QueueAddress,
  what: string,
  names: QueueAttributeName[],
): Promise<Attributes> {
  try {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }),
    );
    return Attributes;
  } catch (error) {
    const doing = `reading ${what} of "${name}"`;
    throw toSqsError(doing, error, DESCRIBING);
  }
}

/** Returns how many messages in a queue are waiting, in flight or delayed. SQS' counts are approximate. */
export async function lagOf(queue: QueueAddress): Promise<number> {
  const {
    ApproximateNumberOfMessages: waiting = 0,
    ApproximateNumberOfMessagesNotVisible: inFlight = 0,
    ApproximateNumberOfMessagesDelayed: delayed = 0,
  } = await queueAttributes(queue, 'the number of messages', [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ]);
  return Number(waiting) + Number(inFlight) + Number(delayed);
}

/** Returns the visibility timeout of a queue, in milliseconds. `NaN` if the response is not a number. */
export async function visibilityTimeoutOf(queue: QueueAddress): Promise<number> {
  const { VisibilityTimeout = DEFAULT_VISIBILITY } = await queueAttributes(
    queue,
    'the visibility timeout',
    ['VisibilityTimeout'],
  );
  return Number(VisibilityTimeout) * 1_000;
}

/** Returns how long a queue retains its messages, in milliseconds, or `undefined` if the response does not say. */
export async function retentionOf(queue: QueueAddress): Promise<number | undefined> {
  const { MessageRetentionPeriod: seconds } = await queueAttributes(queue, 'the retention period', [
    'MessageRetentionPeriod',
  ]);
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/**
 * Whether a queue exists. Returns `false` only if SQS reports the queue as missing. SQS may also do so if this client lacks the
 * permission to see the queue.
 */
export async function isThere(queue: QueueAddress): Promise<boolean> {
  try {
    await retentionOf(queue);
    return true;
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return !(error instanceof ThroughlineError && error.code === 'TL_SQS_QUEUE_MISSING');
  }
}

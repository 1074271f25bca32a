import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { ThroughlineError, type Outbound } from 'throughline';
import type { QueueAddress } from './queue.js';

/** Letters, digits and ASCII punctuation (SQS Developer Guide, "Amazon SQS message quotas", Message group ID). */
const ID = /^[!-~]{1,128}$/;

type Group = Pick<SendMessageBatchRequestEntry, 'MessageGroupId' | 'MessageDeduplicationId'>;

const NO_GROUP: Group = Object.freeze({});

/**
 * A message's group in a FIFO queue, and its deduplication id: an explicit one always, since by its content SQS would take two
 * equal messages for one, and swallow the second without a word.
 *
 * @throws ThroughlineError `TL_SQS_GROUP_MISSING`, `TL_SQS_GROUP_INVALID`
 */
export function groupOf(
  queue: QueueAddress,
  message: Pick<Outbound, 'key' | 'deduplicationId'>,
): Group {
  if (!queue.isFifo) return NO_GROUP;
  const { key, deduplicationId = randomUUID() } = message;
  if (key === null) throw groupMissing(queue);
  for (const [what, id] of [
    ['group (its key)', key],
    ['deduplication id', deduplicationId],
  ] as const) {
    if (!ID.test(id)) throw groupInvalid(queue, what, id);
  }
  return { MessageGroupId: key, MessageDeduplicationId: deduplicationId };
}

const groupMissing = ({ name, channel }: QueueAddress): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_GROUP_MISSING',
    `"${name}" is a FIFO queue, and what is sent there needs a group: give its channel a key, ` +
      `queue('${channel}', { schema, key: (payload) => … }).`,
  );

const groupInvalid = ({ name }: QueueAddress, what: string, id: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_GROUP_INVALID',
    `A message to "${name}" has a ${what} that SQS refuses, "${id.slice(0, 150)}": it takes 1 to 128 letters, digits and ` +
      'punctuation of ASCII, and no spaces.',
  );

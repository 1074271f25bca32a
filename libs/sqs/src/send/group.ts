import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { printable, ThroughlineError } from '#base';
import { type Outbound } from 'throughline/transport';
import type { QueueTerms } from '../channel.js';
import type { QueueAddress } from '../queues/queue-reference.js';

/** Letters, digits and ASCII punctuation (SQS Developer Guide, "Amazon SQS message quotas", Message group ID). */
export const GROUP_OR_DEDUPLICATION_ID = /^[!-~]{1,128}$/;
const LONGEST_SHOWN = 150;

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
  { key, terms }: Pick<Outbound<QueueTerms>, 'key' | 'terms'>,
): Group {
  if (!queue.isFifo) return NO_GROUP;
  const { deduplicationId = randomUUID() } = terms ?? {};
  if (key === null) throw groupMissing(queue);
  return {
    MessageGroupId: idOf(queue, 'group (its key)', key),
    MessageDeduplicationId: idOf(queue, 'deduplication id', deduplicationId),
  };
}

/** Whoever publishes from JavaScript, or casts, may give anything. */
function idOf(queue: QueueAddress, what: string, id: unknown): string {
  if (typeof id !== 'string') throw groupInvalid(queue, what, `it is of type ${typeof id}`);
  if (!GROUP_OR_DEDUPLICATION_ID.test(id))
    throw groupInvalid(queue, what, `"${printable(id, LONGEST_SHOWN)}"`);
  return id;
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
    `A message to "${name}" has a ${what} that SQS refuses, ${id}: it takes 1 to 128 letters, digits and ` +
      'punctuation of ASCII, and no spaces.',
  );

import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { createHash, randomUUID } from 'node:crypto';
import { printable, ThroughlineError } from '#base';
import { type Outbound } from 'throughline/transport';
import type { QueueTerms } from '../channel.js';
import type { QueueAddress } from '../queues/queue-reference.js';

type Destination = Pick<QueueAddress, 'name' | 'isFifo'>;

/**
 * Matches a valid id: letters, digits and ASCII punctuation (SQS Developer Guide, "Amazon SQS message quotas", Message group ID).
 */
const VALID_ID = /^[!-~]{1,128}$/;
const LONGEST_SHOWN = 150;

type Group = Pick<SendMessageBatchRequestEntry, 'MessageGroupId' | 'MessageDeduplicationId'>;

const NO_GROUP: Group = Object.freeze({});

/**
 * Returns the group and the deduplication id of a message for a FIFO queue. The deduplication id is always explicit, because SQS'
 * deduplication by content would silently drop the second of two equal messages.
 *
 * @throws ThroughlineError `TL_SQS_GROUP_MISSING`, `TL_SQS_GROUP_INVALID`
 */
export function groupOf(
  queue: Destination,
  { channel, key, terms }: Pick<Outbound<QueueTerms>, 'channel' | 'key' | 'terms'>,
): Group {
  if (!queue.isFifo) return NO_GROUP;
  const { deduplicationId = randomUUID() } = terms ?? {};
  if (key === null) throw groupMissing(queue, channel.name);
  return {
    MessageGroupId: checkedId(queue, 'group (its key)', key),
    MessageDeduplicationId: checkedId(queue, 'deduplication id', deduplicationId),
  };
}

/** Checks an id from the publisher. It may have any type, because publishers may use JavaScript, or casts. */
function checkedId(queue: Destination, what: string, id: unknown): string {
  if (typeof id !== 'string') throw groupInvalid(queue, what, `it is of type ${typeof id}`);
  if (!VALID_ID.test(id)) throw groupInvalid(queue, what, `"${printable(id, LONGEST_SHOWN)}"`);
  return id;
}

/** Whether SQS accepts the text as a group id or a deduplication id. */
export const isValidId = (text: string | null): text is string =>
  text !== null && VALID_ID.test(text);

/**
 * Derives an id that SQS accepts: the text itself if it is valid, otherwise its hash. Equal bytes give equal ids, so messages with
 * the same key stay in order.
 */
export function validId(bytes: Uint8Array | string): string {
  const text = Buffer.from(bytes).toString('latin1');
  return isValidId(text) ? text : createHash('sha256').update(bytes).digest('hex');
}

const groupMissing = ({ name }: Destination, channel: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_GROUP_MISSING',
    `A message to the FIFO queue "${name}" needs a message group. Define a key for the channel: ` +
      `queue('${channel}', { schema, key: (payload) => … }).`,
  );

const groupInvalid = ({ name }: Destination, what: string, id: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_GROUP_INVALID',
    `A message to "${name}" has an invalid ${what}, ${id}. SQS accepts 1 to 128 ASCII letters, digits and punctuation ` +
      'characters, without spaces.',
  );

import { createHash } from 'node:crypto';
import {
  DEAD_LETTER_HEADER,
  type StoredDeadLetter,
  type Redelivery,
  type RedeliveryTarget,
} from 'throughline/transport';
import { ThroughlineError } from '#base';
import { inBatches } from '../client/request-size.js';
import { MAX_ATTRIBUTES } from '../messages/attributes.js';
import { restoreAttributes, showHeaders } from '../messages/message-details.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import { Mover, type Sendable } from './move/mover.js';
import { askPatiently } from './queue/ask-patiently.js';
import type { RedriveTools } from './redrive-dead-letters.js';

/**
 * Prepares to send dead letters to their handler's queue after another broker has stored them. `Connection.redelivery` documents
 * the contract.
 *
 * @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE` after 10 s, `TL_SQS_REFUSED`
 */
export async function redeliveryTo(
  { queues, suppress }: Pick<RedriveTools, 'queues' | 'suppress'>,
  { handler, isDry, signal }: RedeliveryTarget,
): Promise<Redelivery> {
  const ask = askPatiently({ suppress, signal });
  const find = (): Promise<QueueAddress> =>
    ask('looking up a queue', () => queues.find(handler.channel.name));
  if (!isDry) await find();
  return {
    show: (deadLetter) => ({
      ...deadLetter,
      headers: showHeaders(deadLetter.headers, deadLetter.details),
    }),
    deliver: async (deadLetters) => deliverTo(await find(), deadLetters, ask),
  };
}

/** Sends dead letters in order and in batches. Each dead letter gets its own result. */
async function deliverTo(
  to: QueueAddress,
  deadLetters: readonly StoredDeadLetter[],
  ask: ReturnType<typeof askPatiently>,
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const mover = new Mover({ from: to, to, ask });
  const answers: PromiseSettledResult<unknown>[] = [];
  for (const batch of inBatches(deadLetters))
    answers.push(...(await deliverSome(mover, to, batch)));
  return answers;
}

async function deliverSome(
  mover: Mover,
  { name }: QueueAddress,
  deadLetters: readonly StoredDeadLetter[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const parcels = deadLetters.map(sendable);
  const failures = new Map<Sendable | undefined, unknown>();
  try {
    const refusals = await mover.send(parcels.flatMap((one) => ('sent' in one ? [one.sent] : [])));
    for (const { deadLetter, reason } of refusals)
      failures.set(deadLetter, refused(name, deadLetter, reason));
  } catch (error) {
    // Some of them may have been sent. All are reported as failed and sent again later. A FIFO queue then drops the duplicates.
    for (const one of parcels) if ('sent' in one) failures.set(one.sent, error);
  }
  return parcels.map((one): PromiseSettledResult<unknown> => {
    if (!('sent' in one)) return { status: 'rejected', reason: one.reason };
    return failures.has(one.sent)
      ? { status: 'rejected', reason: failures.get(one.sent) }
      : { status: 'fulfilled', value: undefined };
  });
}

/**
 * Returns the digest of a body. The FIFO deduplication id consists of this digest and the position in the other broker's log. If a
 * topic is deleted and created again, positions repeat. Without the digest, SQS would silently drop the second dead letter of one
 * position.
 */
const digestOf = (body: string): string =>
  createHash('sha256').update(body).digest('hex').slice(0, 16);

/** Returns the entry to send to SQS, or the reason why SQS cannot accept the dead letter. */
function sendable(
  deadLetter: StoredDeadLetter,
): { readonly sent: Sendable } | { readonly reason: ThroughlineError } {
  try {
    const { attributes, xray } = restoreAttributes(deadLetter.headers, deadLetter.details);
    const { [DEAD_LETTER_HEADER]: _cause, ...own } = attributes;
    const isFull = Object.keys(attributes).length > MAX_ATTRIBUTES;
    const body = Buffer.from(deadLetter.raw ?? '').toString('utf8');
    const id = `${deadLetter.id}#${digestOf(body)}`;
    return { sent: { id, key: deadLetter.key, body, attributes: isFull ? own : attributes, xray } };
  } catch (error) {
    if (error instanceof ThroughlineError) return { reason: error };
    throw error;
  }
}

const refused = (queue: string, { id }: Sendable, reason: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_REFUSED',
    `SQS rejected dead letter ${id} when the redrive sent it to "${queue}": ${reason}.`,
    { errorClass: 'refused' },
  );

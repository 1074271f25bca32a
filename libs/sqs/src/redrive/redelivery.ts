import type { SQSClient } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import {
  DEAD_LETTER_HEADER,
  type Letter,
  type Redelivery,
  type RedeliveryTarget,
} from 'throughline/transport';
import { ThroughlineError } from '#base';
import { MAX_ATTRIBUTES } from '../messages/attributes.js';
import { restoreAttributes, showHeaders } from '../messages/message-details.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import { MAX_ENTRIES } from './queue/dead-letter-queue.js';
import { Mover, type Sendable } from './move/mover.js';
import { askPatiently } from './queue/ask-patiently.js';
import type { RedriveTools } from './redrive-dead-letters.js';

/**
 * Ready to send dead letters that another broker keeps to their handler's queue. `Connection.redelivery` has the contract.
 *
 * @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE` after 10 s, `TL_SQS_REFUSED`
 */
export async function redeliveryTo(
  { client, queues, suppress }: RedriveTools,
  { handler, isDry, signal }: RedeliveryTarget,
): Promise<Redelivery> {
  const ask = askPatiently({ suppress, signal });
  const find = (): Promise<QueueAddress> =>
    ask('looking for a queue', () => queues.find(handler.channel.name));
  if (!isDry) await find();
  return {
    show: (letter) => ({ ...letter, headers: showHeaders(letter.headers, letter.details) }),
    deliver: async (letters) => deliverTo(await find(), letters, { client, ask }),
  };
}

/** Ten at a time, in their order; each ten has an answer of its own. */
async function deliverTo(
  to: QueueAddress,
  letters: readonly Letter[],
  { client, ask }: { readonly client: SQSClient; readonly ask: ReturnType<typeof askPatiently> },
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const mover = new Mover({ client, from: to, to, ask });
  const answers: PromiseSettledResult<unknown>[] = [];
  for (let at = 0; at < letters.length; at += MAX_ENTRIES) {
    answers.push(...(await deliverSome(mover, to, letters.slice(at, at + MAX_ENTRIES))));
  }
  return answers;
}

async function deliverSome(
  mover: Mover,
  { name }: QueueAddress,
  letters: readonly Letter[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const parcels = letters.map(sendable);
  const failures = new Map<Sendable | undefined, unknown>();
  try {
    const refusals = await mover.send(parcels.flatMap((one) => ('sent' in one ? [one.sent] : [])));
    for (const { letter, reason } of refusals) failures.set(letter, refused(name, letter, reason));
  } catch (error) {
    // Which of them SQS has is not known: those are sent again, and on FIFO taken once.
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
 * Beside its place in a log, by which a FIFO queue takes it once: a topic that is made again gives the same place to another letter,
 * which SQS would swallow without a word.
 */
const digestOf = (body: string): string =>
  createHash('sha256').update(body).digest('hex').slice(0, 16);

/** How SQS is to have it, or why it cannot. */
function sendable(
  letter: Letter,
): { readonly sent: Sendable } | { readonly reason: ThroughlineError } {
  try {
    const { attributes, xray } = restoreAttributes(letter.headers, letter.details);
    const { [DEAD_LETTER_HEADER]: _note, ...own } = attributes;
    const isFull = Object.keys(attributes).length > MAX_ATTRIBUTES;
    const body = Buffer.from(letter.raw ?? '').toString('utf8');
    const id = `${letter.id}#${digestOf(body)}`;
    return { sent: { id, key: letter.key, body, attributes: isFull ? own : attributes, xray } };
  } catch (error) {
    if (error instanceof ThroughlineError) return { reason: error };
    throw error;
  }
}

const refused = (queue: string, { id }: Sendable, reason: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_REFUSED',
    `SQS refuses the dead letter ${id}, which was to come back to "${queue}": ${reason}.`,
    { errorClass: 'refused' },
  );

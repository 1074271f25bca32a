import { milliseconds, ThroughlineError } from '#base';
import { type SpecOptions, type RedrivePlan, type RedriveProgress } from 'throughline/transport';
import { visibilityOf } from '../channel.js';
import { isSameQueue, type QueueAddress } from '../queues/queue-reference.js';
import type { OwnDeadLetters } from '../queues/own-dead-letters.js';
import type { Queues } from '../queues/queues.js';
import { ForeignMover } from './move/foreign-mover.js';
import { Mover } from './move/mover.js';
import { askPatiently } from './queue/ask-patiently.js';
import { DeadLetterQueue } from './queue/dead-letter-queue.js';
import { restoredDeadLetter } from './queue/sqs-dead-letter.js';
import { Redrive, type RedriveParts } from './redrive.js';

/**
 * The visibility timeout of received dead letters. A running redrive extends this timeout for the dead letters that it holds. The
 * timeout is short, because after a redrive is killed, the next one has to wait until it has expired.
 */
const VISIBILITY = '30s';

/** The parts of the connection that a redrive needs. */
export interface RedriveTools {
  readonly queues: Queues;
  readonly ownDeadLetters: OwnDeadLetters;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/**
 * Moves a handler's dead letters back to its queue. `Connection.redrive` documents the contract.
 *
 * A queue has one handler, so `to: 'source'` means the same as `to: 'handler'`. If the messages came from another broker,
 * `plan.deliver` writes them there. Received dead letters are hidden for 30 s, or for the handler's `visibility` if that is
 * shorter.
 *
 * @throws ThroughlineError `TL_SQS_REDRIVE_CIRCULAR`, `TL_SQS_GROUP_MISSING`, `TL_SQS_REDRIVE_INCOMPLETE`,
 *   `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE` after 10 s, `TL_SQS_REFUSED`
 */
export async function redriveDeadLetters(
  tools: RedriveTools,
  plan: RedrivePlan,
): Promise<RedriveProgress> {
  const { queues, suppress } = tools;
  const { channel, options } = plan.handler;
  const { deliver, signal } = plan;
  const ask = askPatiently({ suppress, signal });
  const parts = (
    { address: from, isMine }: Origin,
    rest: Pick<RedriveParts, 'mover' | 'viewOf'>,
  ): RedriveParts => ({
    ...rest,
    plan,
    from,
    isMine,
    queue: new DeadLetterQueue({ address: from, visibility: visibilityIn(options), ask }),
  });
  if (deliver !== undefined) {
    const from = await ask('looking up a queue', () => originOf(plan, tools));
    const mover = new ForeignMover({ deliver, signal });
    return new Redrive(parts(from, { mover, viewOf: restoredDeadLetter })).run();
  }
  const [from, to] = await ask('looking up queues', () =>
    Promise.all([originOf(plan, tools), queues.find(channel.name)]),
  );
  checkQueues(from.address, to);
  const mover = new Mover({ from: from.address, to, ask });
  return new Redrive(parts(from, { mover, viewOf: (deadLetter) => deadLetter })).run();
}

/** The queue from which a redrive reads, and which of its dead letters the redrive may move. */
interface Origin {
  readonly address: QueueAddress;
  readonly isMine: RedriveParts['isMine'];
}

/**
 * Finds the dead-letter queue of a handler. The redrive policies of several queues may name the same dead-letter queue. Dead
 * letters that are known to come from another queue are not moved.
 */
async function originOf(
  { handler: { channel, options }, from }: RedrivePlan,
  { queues, ownDeadLetters }: RedriveTools,
): Promise<Origin> {
  const isMine = (): boolean => true;
  if (options.deadLetter !== true) {
    return { address: await queues.findDeadLetters(queues.referenceOf(from)), isMine };
  }
  const { address, isOfPolicy } = await ownDeadLetters.find(channel.name);
  const { name } = queues.referenceOf(channel.name);
  return {
    address,
    isMine: isOfPolicy ? ({ source }) => source === undefined || source === name : isMine,
  };
}

const visibilityIn = (options: SpecOptions): number =>
  Math.min(milliseconds(VISIBILITY), visibilityOf({ options }) ?? Infinity);

function checkQueues(from: QueueAddress, to: QueueAddress): void {
  if (isSameQueue(from, to)) {
    throw new ThroughlineError(
      'TL_SQS_REDRIVE_CIRCULAR',
      `The queue to redrive, "${from.name}", is the handler's own queue, so a redrive would move messages back to the same queue. Pass the ` +
        "handler's dead-letter queue instead.",
    );
  }
  if (to.isFifo && !from.isFifo) {
    throw new ThroughlineError(
      'TL_SQS_GROUP_MISSING',
      `The dead letters in "${from.name}" have no message group, but the FIFO queue "${to.name}" needs a group for each message. Use a FIFO ` +
        `queue as the dead-letter queue of "${to.name}".`,
    );
  }
}

import type { SQSClient } from '@aws-sdk/client-sqs';
import { milliseconds, ThroughlineError } from '#base';
import { type SpecOptions, type RedrivePlan, type RedriveProgress } from 'throughline/transport';
import { visibilityOf } from '../channel.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import type { Queues } from '../queues/queues.js';
import { DeadLetterQueue } from './queue/dead-letter-queue.js';
import { ForeignMover } from './move/foreign-mover.js';
import { restoredLetter } from './queue/sqs-dead-letter.js';
import { Mover } from './move/mover.js';
import { askPatiently } from './queue/ask-patiently.js';
import { Redrive, type RedriveParts } from './redrive.js';

/** Short enough not to be waited for after a kill; it is prolonged while the redrive is alive. */
const VISIBILITY = '30s';

/** What a redrive needs of its connection. */
export interface RedriveTools {
  readonly client: SQSClient;
  readonly queues: Queues;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/**
 * Moves the dead letters of a handler back to its queue; `Connection.redrive` has the contract. A queue has one handler, so
 * `to: 'source'` is the same. Letters that were another broker's messages are handed over to it. A handler's `visibility`, where it is below 30 s, is the redrive's, too.
 *
 * @throws ThroughlineError `TL_SQS_REDRIVE_CIRCULAR`, `TL_SQS_GROUP_MISSING`, `TL_SQS_REDRIVE_INCOMPLETE`,
 * `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE` after 10 s, `TL_SQS_REFUSED`
 */
export async function redriveDeadLetters(
  { client, queues, suppress }: RedriveTools,
  plan: RedrivePlan,
): Promise<RedriveProgress> {
  const { channel, options } = plan.handler;
  const { deliver, signal } = plan;
  const ask = askPatiently({ suppress, signal });
  const parts = ({
    from,
    ...rest
  }: Pick<RedriveParts, 'from' | 'mover' | 'viewOf'>): RedriveParts => ({
    ...rest,
    plan,
    from,
    queue: new DeadLetterQueue({ client, address: from, visibility: visibilityIn(options), ask }),
  });
  if (deliver !== undefined) {
    const from = await ask('looking for a queue', () => queues.findDeadLetters(plan.from));
    const mover = new ForeignMover({ deliver, signal });
    return new Redrive(parts({ from, mover, viewOf: restoredLetter })).run();
  }
  const [from, to] = await ask('looking for queues', () =>
    Promise.all([queues.findDeadLetters(plan.from), queues.find(channel.name)]),
  );
  refuseWhatCannotWork(from, to);
  const mover = new Mover({ client, from, to, ask });
  return new Redrive(parts({ from, mover, viewOf: (letter) => letter })).run();
}

const visibilityIn = (options: SpecOptions): number =>
  Math.min(milliseconds(VISIBILITY), visibilityOf({ options }) ?? Infinity);

function refuseWhatCannotWork(from: QueueAddress, to: QueueAddress): void {
  if (from.url === to.url) {
    throw new ThroughlineError(
      'TL_SQS_REDRIVE_CIRCULAR',
      `"${from.name}" is the handler's own queue: its dead letters would be moved from there to there.`,
    );
  }
  if (to.isFifo && !from.isFifo) {
    throw new ThroughlineError(
      'TL_SQS_GROUP_MISSING',
      `The dead letters in "${from.name}" have no group, and "${to.name}", a FIFO queue, needs one: keep its dead letters ` +
        'in a FIFO queue.',
    );
  }
}

import type { Incoming, Run, Work } from 'throughline/tracing';
import { describeMessage, isIgnored, isTold, type MessageDetails } from '../agent/internals.js';
import type { MessageContext } from '../agent/shapes.js';
import { labelsOf } from './labels.js';
import { leanTransaction } from './non-recording-transaction.js';
import { displayName } from './naming.js';
import { originOf } from '../context/parent-context.js';
import type { Setting } from '../agent/access.js';
import { resumedTransaction } from './resumed-transaction.js';
import { shownContent } from './shown-content.js';
import { TransactionWork } from './transaction-work.js';
import { UntracedWork } from './ignored-work.js';

/** Row 18: a clock behind the sender's gives 0; without a timestamp there is no age. */
function ageOf({ sentAt }: Incoming): MessageContext['age'] {
  if (sentAt === undefined || !Number.isFinite(sentAt)) return undefined;
  return { ms: Math.max(0, Math.round(Date.now() - sentAt)) };
}

function cloudOf({ system, region }: Incoming): MessageDetails['cloud'] {
  if (system !== 'sqs' || region === undefined) return undefined;
  return { provider: 'aws', region, service: system };
}

/** Opens the transaction of one run over a message; `undefined` where the agent failed to. */
export function processTransaction(
  setting: Setting,
  message: Incoming,
  run: Run,
): Work | undefined {
  const { agent, guard, isolation } = setting;
  const { destination } = message;
  const framework = displayName(message.system);
  // In a batch, the batch is what was received: nothing is counted twice.
  const action = run.batch === undefined ? 'RECEIVE' : 'PROCESS';
  const name = `${framework} ${action} from ${destination}`;
  const opened = guard.attempt(() => {
    if (isIgnored(agent, destination)) return new UntracedWork(setting);
    return (
      leanTransaction(setting, name, message, run) ??
      resumedTransaction(setting, name, message, run) ??
      isolation.open(name, 'messaging', originOf(message, run))
    );
  });
  if (opened === undefined || !('transaction' in opened)) return opened;
  const { transaction } = opened;
  guard.attempt(() => {
    if (!isTold(agent, transaction)) return;
    transaction.addLabels(labelsOf(message, run), false);
    const { body, headers } = shownContent(agent, run.content);
    describeMessage(transaction, {
      framework,
      message: { queue: { name: destination }, age: ageOf(message), body, headers },
      cloud: cloudOf(message),
    });
  });
  return new TransactionWork(setting, opened, () => labelsOf(message, run));
}

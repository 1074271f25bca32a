import type { Incoming, Run, Work } from 'throughline/tracing';
import type { AgentAccess } from '../../agent/access.js';
import { isIgnored, isSent } from '../../agent/configuration.js';
import type { MessageContext } from '../../agent/shapes.js';
import { describeMessage, type MessageDetails } from '../../agent/spans.js';
import { originOf } from '../../context/parent-context.js';
import { IgnoredWork } from './ignored-work.js';
import { labelOf, labelsOf } from '../naming.js';
import { nonRecordingTransaction } from './non-recording-transaction.js';
import { resumedTransaction } from './resumed-transaction.js';
import { shownContent } from '../shown-content.js';
import { TransactionWork } from './transaction-work.js';

/**
 * Returns the age of a message (row 18). The age is 0 if the sender's clock is ahead, and absent if the message has no timestamp.
 */
function ageOf({ sentAt }: Incoming): MessageContext['age'] {
  if (sentAt === undefined || !Number.isFinite(sentAt)) return undefined;
  return { ms: Math.max(0, Math.round(Date.now() - sentAt)) };
}

function cloudOf({ systemFacts, region }: Incoming): MessageDetails['cloud'] {
  const cloud = systemFacts?.cloud;
  return cloud === undefined || region === undefined ? undefined : { ...cloud, region };
}

/** Opens the transaction for one run of a handler with a message. Returns `undefined` if the agent failed to open it. */
export function processTransaction(
  access: AgentAccess,
  message: Incoming,
  run: Run,
): Work | undefined {
  const { agent, guard, isolation } = access;
  const { destination } = message;
  const framework = labelOf(message);
  // The transaction of a batch already counts as the receive of its messages, so each message's own action is PROCESS.
  const action = run.batch === undefined ? 'RECEIVE' : 'PROCESS';
  const name = `${framework} ${action} from ${destination}`;
  const opened = guard.attempt(() => {
    if (isIgnored(agent, destination)) return new IgnoredWork(access);
    return (
      nonRecordingTransaction(access, name, message, run) ??
      resumedTransaction(access, name, message, run) ??
      isolation.open(name, 'messaging', originOf(message, run))
    );
  });
  if (opened === undefined || !('transaction' in opened)) return opened;
  const { transaction } = opened;
  guard.attempt(() => {
    if (!isSent(agent, transaction)) return;
    transaction.addLabels(labelsOf(message, run), false);
    const { body, headers } = shownContent(agent, run.content);
    describeMessage(transaction, {
      framework,
      message: { queue: { name: destination }, age: ageOf(message), body, headers },
      cloud: cloudOf(message),
    });
  });
  return new TransactionWork(access, opened, () => labelsOf(message, run));
}

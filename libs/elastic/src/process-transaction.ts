import type { Incoming, Run } from 'throughline/tracing';
import { describeMessage, type MessageDetails } from './agent-internals.js';
import { labelsOf } from './labels.js';
import { linksToBatch } from './links.js';
import { displayName } from './names.js';
import { parentOf } from './parent-context.js';
import type { Setting } from './setting.js';
import { TransactionWork } from './transaction-work.js';

/** Row 18: a clock behind the sender's gives 0; without a timestamp there is no age. */
function ageOf({ sentAt }: Incoming): Pick<MessageDetails, 'age'> {
  if (sentAt === undefined || !Number.isFinite(sentAt)) return {};
  return { age: Math.max(0, Math.round(Date.now() - sentAt)) };
}

function cloudOf({ system, region }: Incoming): Pick<MessageDetails, 'cloud'> {
  if (system !== 'sqs' || region === undefined) return {};
  return { cloud: { provider: 'aws', region, service: system } };
}

/** Opens the transaction of one run over a message. */
export function processTransaction(
  setting: Setting,
  message: Incoming,
  run: Run,
): TransactionWork | undefined {
  const framework = displayName(message.system);
  // In a batch, the batch is what was received: nothing is counted twice.
  const action = run.batch === undefined ? 'RECEIVE' : 'PROCESS';
  const name = `${framework} ${action} from ${message.destination}`;
  const opened = setting.guard.attempt(() =>
    setting.isolation.open(name, 'messaging', { ...parentOf(message), ...linksToBatch(run.batch) }),
  );
  if (opened === undefined) return undefined;
  const { transaction } = opened;
  const labels = labelsOf(message, run);
  setting.guard.attempt(() => {
    transaction.addLabels(labels, false);
    const queue = message.destination;
    describeMessage(transaction, { framework, queue, ...ageOf(message), ...cloudOf(message) });
  });
  return new TransactionWork(setting, opened, labels);
}

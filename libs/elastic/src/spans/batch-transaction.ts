import type { Incoming, Run, Work } from 'throughline/tracing';
import { describeMessage, isIgnored, isTold } from '../agent/internals.js';
import type { MessageContext } from '../agent/shapes.js';
import { linksToMessages } from '../context/links.js';
import { displayName } from './naming.js';
import type { Setting } from '../agent/access.js';
import { TransactionWork } from './transaction-work.js';
import { UntracedWork } from './ignored-work.js';

/** The messages have each an age of their own, and what they hold is shown with them. */
const aboutBatch = (name: string): MessageContext => ({
  queue: { name },
  age: undefined,
  body: undefined,
  headers: undefined,
});

/** Opens the transaction of one call of a batch handler: a root, linked to the context of each message (MSG:81). */
export function batchTransaction(
  setting: Setting,
  messages: readonly Incoming[],
  { handler }: Pick<Run, 'handler'>,
): Work | undefined {
  const [first] = messages;
  if (first === undefined) return undefined;
  const { destination } = first;
  const framework = displayName(first.system);
  const name = `${framework} RECEIVE from ${destination}`;
  const { agent, guard, isolation } = setting;
  const opened = guard.attempt(() =>
    isIgnored(agent, destination)
      ? new UntracedWork(setting)
      : isolation.open(name, 'messaging', linksToMessages(messages)),
  );
  if (opened === undefined || !('transaction' in opened)) return opened;
  const { transaction } = opened;
  const labels = { handler, messages: messages.length };
  guard.attempt(() => {
    if (!isTold(agent, transaction)) return;
    transaction.addLabels(labels, false);
    describeMessage(transaction, { framework, message: aboutBatch(destination), cloud: undefined });
  });
  return new TransactionWork(setting, opened, () => labels);
}

import type { Incoming, Run, Work } from 'throughline/tracing';
import type { AgentAccess } from '../../agent/access.js';
import { isIgnored, isSent } from '../../agent/configuration.js';
import type { MessageContext } from '../../agent/shapes.js';
import { describeMessage } from '../../agent/spans.js';
import { linksToMessages } from '../../context/links.js';
import { IgnoredWork } from './ignored-work.js';
import { labelOf } from '../naming.js';
import { TransactionWork } from './transaction-work.js';

/**
 * Returns the data that a batch's transaction shows about its messages. Age and content are absent, because the transactions of
 * the individual messages show them.
 */
const aboutBatch = (name: string): MessageContext => ({
  queue: { name },
  age: undefined,
  body: undefined,
  headers: undefined,
});

/**
 * Opens the transaction for one call of a batch handler. It is a root transaction with links to the contexts of the messages
 * (MSG:81).
 */
export function batchTransaction(
  access: AgentAccess,
  messages: readonly Incoming[],
  { handler }: Pick<Run, 'handler'>,
): Work | undefined {
  const [first] = messages;
  if (first === undefined) return undefined;
  const { destination } = first;
  const framework = labelOf(first);
  const name = `${framework} RECEIVE from ${destination}`;
  const { agent, guard, isolation } = access;
  const opened = guard.attempt(() =>
    isIgnored(agent, destination)
      ? new IgnoredWork(access)
      : isolation.open(name, 'messaging', linksToMessages(messages)),
  );
  if (opened === undefined || !('transaction' in opened)) return opened;
  const { transaction } = opened;
  const labels = { handler, messages: messages.length };
  guard.attempt(() => {
    if (!isSent(agent, transaction)) return;
    transaction.addLabels(labels, false);
    describeMessage(transaction, { framework, message: aboutBatch(destination), cloud: undefined });
  });
  return new TransactionWork(access, opened, () => labels);
}

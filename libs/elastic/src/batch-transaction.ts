import type { Incoming, Run } from 'throughline/tracing';
import { describeMessage } from './agent-internals.js';
import { linksToMessages } from './links.js';
import { displayName } from './names.js';
import type { Setting } from './setting.js';
import { TransactionWork } from './transaction-work.js';

/** Opens the transaction of one call of a batch handler: a root, linked to the context of each message (MSG:81). */
export function batchTransaction(
  setting: Setting,
  messages: readonly Incoming[],
  { handler }: Pick<Run, 'handler'>,
): TransactionWork | undefined {
  const [first] = messages;
  if (first === undefined) return undefined;
  const { destination } = first;
  const framework = displayName(first.system);
  const name = `${framework} RECEIVE from ${destination}`;
  const opened = setting.guard.attempt(() =>
    setting.isolation.open(name, 'messaging', linksToMessages(messages)),
  );
  if (opened === undefined) return undefined;
  const labels = { handler, messages: messages.length };
  setting.guard.attempt(() => {
    opened.transaction.addLabels(labels, false);
    describeMessage(opened.transaction, { framework, queue: destination });
  });
  return new TransactionWork(setting, opened, labels);
}

import type { Span, Transaction } from 'elastic-apm-node';
import type { Outgoing, Sending } from 'throughline/tracing';
import { describeDestination, isIgnored, isTold, propagationOf } from '../agent/internals.js';
import type { Destination } from '../agent/shapes.js';
import { displayName } from './naming.js';
import type { Setting } from '../agent/access.js';
import { SpanSending } from './span-sending.js';

const NOTHING: Sending = { end: () => undefined };

const destinationOf = ({ address, port, region }: Outgoing): Destination => ({
  address,
  port,
  cloud: region === undefined ? undefined : { region },
});

function describe(span: Span, to: Outgoing): void {
  span.setServiceTarget(to.system, to.destination);
  describeDestination(span, destinationOf(to));
  if (to.facts !== undefined) span.addLabels(to.facts, false);
}

const childOf = ({ isolation }: Setting, transaction: Transaction, to: Outgoing): Span | null =>
  isolation.child(transaction, {
    name: `${displayName(to.system)} SEND to ${to.destination}`,
    type: 'messaging',
    subtype: to.system,
    action: 'send',
  });

/** Opens the exit span of a send, below what is current; not sampled, it only says so to whoever reads the message. */
function open(setting: Setting, transaction: Transaction, to: Outgoing): Sending {
  const { agent, guard } = setting;
  const span = isTold(agent, transaction) ? childOf(setting, transaction, to) : null;
  if (span !== null)
    guard.attempt(() => {
      describe(span, to);
    });
  const propagation = guard.attempt(() => propagationOf(span, transaction));
  return new SpanSending(setting, { to, transaction, span, propagation });
}

/** Row 28: no span, and no gap in the trace either: the message names the transaction, which is reported whatever happens. */
function pass({ guard }: Setting, transaction: Transaction): Sending {
  const propagation = guard.attempt(() => propagationOf(null, transaction));
  return { ...propagation, ...NOTHING };
}

/** The span of one send (MSG:13): only inside a transaction, never current, so it never has a child (tracing-spans:133). */
export function exitSpan(setting: Setting, to: Outgoing): Sending {
  const { agent, guard } = setting;
  return (
    guard.attempt(() => {
      const transaction = agent.currentTransaction;
      if (transaction === null) return NOTHING;
      return isIgnored(agent, to.destination)
        ? pass(setting, transaction)
        : open(setting, transaction, to);
    }) ?? NOTHING
  );
}

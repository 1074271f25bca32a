import type { Span, Transaction } from 'elastic-apm-node';
import type { Outgoing, Sending } from 'throughline/tracing';
import {
  describeDestination,
  isOutcomeOpen,
  isReported,
  propagationOf,
  type Destination,
} from './agent-internals.js';
import type { Labels } from './labels.js';
import { displayName } from './names.js';
import { reportError } from './report-error.js';
import type { Setting } from './setting.js';

const NOTHING: Sending = { end: () => undefined };

const destinationOf = ({ address, port, region }: Outgoing): Destination => ({
  ...(address !== undefined && { address }),
  ...(port !== undefined && { port }),
  ...(region !== undefined && { cloud: { region } }),
});

function describe(span: Span, to: Outgoing): void {
  span.setServiceTarget(to.system, to.destination);
  describeDestination(span, destinationOf(to));
  if (to.facts !== undefined) span.addLabels(to.facts, false);
}

function ending(
  { agent, guard }: Setting,
  span: Span | null,
  transaction: Transaction,
  labels: Labels,
): Sending['end'] {
  let ended = false;
  return (error?: unknown): void => {
    if (ended) return;
    ended = true;
    guard.attempt(() => {
      if (error !== undefined)
        reportError(agent, error, isReported(span) ? span : transaction, labels);
      if (span && isOutcomeOpen(span)) span.setOutcome(error === undefined ? 'success' : 'failure');
    });
    guard.attempt(() => span?.end());
  };
}

/** Opens the exit span of a send, below what is current; not sampled, it only says so to whoever reads the message. */
function open(setting: Setting, transaction: Transaction, to: Outgoing): Sending {
  const span = setting.isolation.child(transaction, {
    name: `${displayName(to.system)} SEND to ${to.destination}`,
    type: 'messaging',
    subtype: to.system,
    action: 'send',
  });
  if (span !== null)
    setting.guard.attempt(() => {
      describe(span, to);
    });
  const propagation = setting.guard.attempt(() => propagationOf(span, transaction));
  return { ...propagation, end: ending(setting, span, transaction, { ...to.facts }) };
}

/** The span of one send (MSG:13): only inside a transaction, never current, so it never has a child (tracing-spans:133). */
export function exitSpan(setting: Setting, to: Outgoing): Sending {
  return (
    setting.guard.attempt(() => {
      const transaction = setting.agent.currentTransaction;
      return transaction === null ? NOTHING : open(setting, transaction, to);
    }) ?? NOTHING
  );
}

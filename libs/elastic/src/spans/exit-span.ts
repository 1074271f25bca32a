import type { Span, Transaction } from 'elastic-apm-node';
import type { Labels, Outgoing, Sending } from 'throughline/tracing';
import type { AgentAccess } from '../agent/access.js';
import { isIgnored, isSent } from '../agent/configuration.js';
import type { Destination } from '../agent/shapes.js';
import {
  describeDestination,
  isOutcomeOpen,
  isReported,
  propagationOf,
  type Propagation,
} from '../agent/spans.js';
import { labelOf } from './naming.js';
import { reportError } from './report-error.js';

const NOTHING: Sending = { end: () => undefined };

/**
 * Opens the span of one send (MSG:13). The span exists only inside a transaction. It never becomes current, so it never has
 * children (tracing-spans:133).
 */
export function exitSpan(access: AgentAccess, to: Outgoing): Sending {
  const { agent, guard } = access;
  return (
    guard.attempt(() => {
      const transaction = agent.currentTransaction;
      if (transaction === null) return NOTHING;
      return isIgnored(agent, to.destination)
        ? propagate(access, transaction)
        : open(access, transaction, to);
    }) ?? NOTHING
  );
}

/**
 * Handles a send to a destination that the agent ignores (row 28). No span is opened. The trace still has no gap, because the
 * message refers to the transaction, which is always reported.
 */
function propagate({ guard }: AgentAccess, transaction: Transaction): Sending {
  const propagation = guard.attempt(() => propagationOf(null, transaction));
  return { ...propagation, ...NOTHING };
}

/**
 * Opens the exit span of a send as a child of the current span or transaction. If the parent is not sampled, no span is opened,
 * and the message carries the decision not to sample.
 */
function open(access: AgentAccess, transaction: Transaction, to: Outgoing): Sending {
  const { agent, guard } = access;
  const span = isSent(agent, transaction) ? childOf(access, transaction, to) : null;
  if (span !== null)
    guard.attempt(() => {
      describe(span, to);
    });
  const propagation = guard.attempt(() => propagationOf(span, transaction));
  return new SpanSending(access, { to, transaction, span, propagation });
}

const childOf = ({ isolation }: AgentAccess, transaction: Transaction, to: Outgoing): Span | null =>
  isolation.child(transaction, {
    name: `${labelOf(to)} SEND to ${to.destination}`,
    type: 'messaging',
    subtype: to.system,
    action: 'send',
  });

function describe(span: Span, to: Outgoing): void {
  span.setServiceTarget(to.system, to.destination);
  describeDestination(span, destinationOf(to));
  if (to.facts !== undefined) span.addLabels(to.facts, false);
}

const destinationOf = ({ address, port, region }: Outgoing): Destination => ({
  address,
  port,
  cloud: region === undefined ? undefined : { region },
});

interface OpenedSend {
  readonly to: Outgoing;
  readonly transaction: Transaction;
  /** The exit span. `null` if the trace is not sampled. */
  readonly span: Span | null;
  readonly propagation: Propagation | undefined;
}

/** A send in progress, shown as an exit span. */
class SpanSending implements Sending {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly #access: AgentAccess;
  readonly #opened: OpenedSend;
  #ended = false;

  constructor(access: AgentAccess, opened: OpenedSend) {
    this.#access = access;
    this.#opened = opened;
    this.traceparent = opened.propagation?.traceparent;
    this.tracestate = opened.propagation?.tracestate;
  }

  end(error?: unknown, labels?: Labels): void {
    if (this.#ended) return;
    this.#ended = true;
    const { span } = this.#opened;
    const { guard } = this.#access;
    guard.attempt(() => {
      this.#conclude(error, labels);
    });
    if (span === null) return;
    // This is a separate attempt, so that the span ends even if the previous one failed.
    guard.attempt(() => {
      span.end();
    });
  }

  #conclude(error: unknown, labels: Labels | undefined): void {
    const { span, transaction, to } = this.#opened;
    if (error !== undefined) {
      const parent = isReported(span) ? span : transaction;
      reportError(this.#access.agent, error, parent, { ...to.facts, ...labels });
    }
    if (span === null) return;
    if (labels !== undefined) span.addLabels(labels, false);
    if (isOutcomeOpen(span)) span.setOutcome(error === undefined ? 'success' : 'failure');
  }
}

import type { End, Labels, TraceIds, Work } from 'throughline/tracing';
import type { OpenedTransaction } from '../../agent/isolation.js';
import { isOutcomeOpen } from '../../agent/spans.js';
import { reportError } from '../report-error.js';
import type { AgentAccess } from '../../agent/access.js';

/** A message in progress, shown as a transaction. */
export class TransactionWork implements Work {
  readonly #access: AgentAccess;
  readonly #opened: OpenedTransaction & { readonly ids?: TraceIds };
  readonly #labels: () => Labels;
  #ended = false;

  constructor(
    access: AgentAccess,
    opened: OpenedTransaction & { readonly ids?: TraceIds },
    labels: () => Labels,
  ) {
    this.#access = access;
    this.#opened = opened;
    this.#labels = labels;
  }

  /** The trace ids of the transaction. They are read only on demand, because the agent formats them at each access. */
  get ids(): TraceIds | undefined {
    if (this.#opened.ids !== undefined) return this.#opened.ids;
    return this.#access.guard.attempt(() => {
      const { ids } = this.#opened.transaction;
      return { traceId: ids['trace.id'], spanId: ids['transaction.id'] };
    });
  }

  run<R>(work: () => R): R {
    const { guard, isolation } = this.#access;
    const enter = this.#ended ? isolation.outside : this.#opened.run;
    return guard.around(enter, work);
  }

  end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const { guard, losses } = this.#access;
    losses.messageEnded();
    guard.attempt(() => {
      this.#conclude(end);
    });
    // This is a separate attempt, so that the transaction ends even if the previous one failed.
    guard.attempt(() => {
      this.#opened.transaction.end();
    });
  }

  #conclude({ failed, error, labels }: End): void {
    const { transaction } = this.#opened;
    if (labels !== undefined) transaction.addLabels(labels, false);
    // The outcome is `unknown` until it is set. `captureError` does not set it.
    if (isOutcomeOpen(transaction)) transaction.setOutcome(failed ? 'failure' : 'success');
    if (failed && transaction.result === 'success') transaction.result = 'failure';
    if (error !== undefined) {
      reportError(this.#access.agent, error, transaction, { ...this.#labels(), ...labels });
    }
  }
}

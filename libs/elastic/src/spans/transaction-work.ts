import type { End, Labels, TraceIds, Work } from 'throughline/tracing';
import type { Opened } from '../agent/isolation.js';
import { isOutcomeOpen } from '../agent/internals.js';
import { reportError } from './report-error.js';
import type { Setting } from '../agent/access.js';

/** A message at work, as a transaction. */
export class TransactionWork implements Work {
  readonly #setting: Setting;
  readonly #opened: Opened & { readonly ids?: TraceIds };
  readonly #labels: () => Labels;
  #ended = false;

  constructor(
    setting: Setting,
    opened: Opened & { readonly ids?: TraceIds },
    labels: () => Labels,
  ) {
    this.#setting = setting;
    this.#opened = opened;
    this.#labels = labels;
  }

  /** Read lazily: the agent builds the ids' text when asked. */
  get ids(): TraceIds | undefined {
    if (this.#opened.ids !== undefined) return this.#opened.ids;
    return this.#setting.guard.attempt(() => {
      const { ids } = this.#opened.transaction;
      return { traceId: ids['trace.id'], spanId: ids['transaction.id'] };
    });
  }

  run<R>(work: () => R): R {
    const { guard, isolation } = this.#setting;
    const enter = this.#ended ? isolation.outside : this.#opened.run;
    return guard.around(enter, work);
  }

  end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const { guard, losses } = this.#setting;
    losses.passed();
    guard.attempt(() => {
      this.#conclude(end);
    });
    // By itself, so that a transaction ends whatever went wrong before.
    guard.attempt(() => {
      this.#opened.transaction.end();
    });
  }

  #conclude({ failed, error, labels }: End): void {
    const { transaction } = this.#opened;
    if (labels !== undefined) transaction.addLabels(labels, false);
    // An outcome that nobody set is `unknown`, and captureError does not set it either.
    if (isOutcomeOpen(transaction)) transaction.setOutcome(failed ? 'failure' : 'success');
    if (failed && transaction.result === 'success') transaction.result = 'failure';
    if (error !== undefined) {
      reportError(this.#setting.agent, error, transaction, { ...this.#labels(), ...labels });
    }
  }
}

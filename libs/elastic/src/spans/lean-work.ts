import type { End, TraceIds, Work } from 'throughline/tracing';
import type { Opened } from '../agent/isolation.js';
import { reportError } from './report-error.js';
import type { Setting } from '../agent/access.js';
import type { TransactionWork } from './transaction-work.js';

type Labels = ConstructorParameters<typeof TransactionWork>[2];

/** A message of a trace that is not sampled, as a stand-in: only its error is reported. */
export class LeanWork implements Work {
  readonly ids: TraceIds;
  readonly #setting: Setting;
  readonly #opened: Opened;
  readonly #labels: Labels;
  #ended = false;

  constructor(setting: Setting, opened: Opened, about: { ids: TraceIds; labels: Labels }) {
    this.#setting = setting;
    this.#opened = opened;
    this.ids = about.ids;
    this.#labels = about.labels;
  }

  run<R>(work: () => R): R {
    const { guard, isolation } = this.#setting;
    return guard.around(this.#ended ? isolation.outside : this.#opened.run, work);
  }

  end({ error, labels }: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const { agent, guard } = this.#setting;
    const { transaction } = this.#opened;
    guard.attempt(() => {
      transaction.end();
      if (error === undefined) return;
      reportError(agent, error, transaction, { ...this.#labels(), ...labels });
    });
  }
}

import type { TraceIds, Work } from 'throughline/tracing';
import type { Setting } from '../agent/access.js';

/**
 * A message of a queue that the agent was told to ignore (row 28, elastic/apm MSG:189). Nothing is current inside, so what is
 * sent there carries no context: who ignores a queue ends the traces that lead through it.
 */
export class UntracedWork implements Work {
  readonly ids: TraceIds | undefined = undefined;
  readonly #setting: Setting;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  run<R>(work: () => R): R {
    const { guard, isolation } = this.#setting;
    return guard.around(isolation.outside, work);
  }

  end(): void {
    // Nothing was opened.
  }
}

import type { Context } from '@opentelemetry/api';
import type { End, TraceIds, Work } from 'throughline/tracing';
import type { SpanWorkParts } from './span-work.js';
import type { Setting } from '../sdk/access.js';

/** A message that nobody is going to see: its producer's span stays current inside, and nothing was opened. */
export class UnseenWork implements Work {
  readonly ids: TraceIds;
  readonly #setting: Setting;
  readonly #entered: Context;
  readonly #measure: SpanWorkParts['measure'];
  #ended = false;

  constructor(
    setting: Setting,
    { ids, entered, measure }: Pick<SpanWorkParts, 'entered' | 'measure'> & { ids: TraceIds },
  ) {
    this.ids = ids;
    this.#setting = setting;
    this.#entered = entered;
    this.#measure = measure;
  }

  run<R>(work: () => R): R {
    const { api, guard } = this.#setting;
    const context = this.#ended ? api.ROOT_CONTEXT : this.#entered;
    return guard.around((inside) => api.context.with(context, inside), work);
  }

  end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const measure = this.#measure;
    if (measure !== undefined) this.#setting.guard.attempt(() => measure(end));
  }
}

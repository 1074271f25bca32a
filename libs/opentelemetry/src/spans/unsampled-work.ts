import type { Context } from '@opentelemetry/api';
import type { End, TraceIds, Work } from 'throughline/tracing';
import type { SpanWorkParts } from './span-work.js';
import type { SdkAccess } from '../sdk/access.js';

/**
 * A message in progress whose trace is not sampled. No span is opened for it. While it is processed, the span of its producer is
 * the current one.
 */
export class UnsampledWork implements Work {
  readonly ids: TraceIds;
  readonly #access: SdkAccess;
  readonly #entered: Context;
  readonly #measure: SpanWorkParts['measure'];
  #ended = false;

  constructor(
    access: SdkAccess,
    { ids, entered, measure }: Pick<SpanWorkParts, 'entered' | 'measure'> & { ids: TraceIds },
  ) {
    this.ids = ids;
    this.#access = access;
    this.#entered = entered;
    this.#measure = measure;
  }

  run<R>(work: () => R): R {
    const { api, guard } = this.#access;
    const context = this.#ended ? api.ROOT_CONTEXT : this.#entered;
    return guard.around((inside) => api.context.with(context, inside), work);
  }

  end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const measure = this.#measure;
    if (measure !== undefined) this.#access.guard.attempt(() => measure(end));
  }
}

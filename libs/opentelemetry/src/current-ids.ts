import type { TraceIds } from 'throughline/tracing';
import type { Setting } from './sdk/access.js';
import { idsOf } from './context/span-contexts.js';

/** The ids of the span that is current. */
export function currentIds({ api, guard }: Setting): TraceIds | undefined {
  return guard.attempt(() => {
    const context = api.trace.getSpanContext(api.context.active());
    return context !== undefined && api.isSpanContextValid(context) ? idsOf(context) : undefined;
  });
}

import type { TraceIds } from 'throughline/tracing';
import type { Setting } from './agent/access.js';

/** The ids of what is current; of the span where there is one, else of the transaction. */
export function currentIds({ agent, guard }: Setting): TraceIds | undefined {
  return guard.attempt(() => {
    const ids = agent.currentTraceIds;
    const traceId = ids['trace.id'];
    const spanId = ids['span.id'] ?? ids['transaction.id'];
    if (traceId === undefined || spanId === undefined) return undefined;
    return { traceId, spanId };
  });
}

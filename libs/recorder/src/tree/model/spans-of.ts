import type { Trace } from '../../record/trace.js';
import { entriesOf, type Entry } from './entries.js';
import type { TraceSpan } from './trace-span.js';

const rowOf = (entry: Entry): TraceSpan => ({
  id: entry.id,
  parentId: entry.parentId,
  traceId: entry.traceId,
  service: entry.service,
  name: entry.name,
  type: entry.type,
  subtype: entry.subtype,
  action: entry.action,
  kind: entry.kind,
  startMs: entry.startMs,
  durationMs: entry.durationMs,
  outcome: entry.outcome,
});

/**
 * Returns the transactions and spans of a trace as plain objects, in the order of their start. `startMs` is the number of
 * milliseconds since the first start in the trace, and may be a fraction. If a span has no outcome, its outcome is `unknown`.
 *
 * @example
 * const trace = recorder.trace(traceId);
 * if (trace) console.log(JSON.stringify(spansOf(trace)));
 */
export const spansOf = (trace: Trace): readonly TraceSpan[] => entriesOf(trace).map(rowOf);

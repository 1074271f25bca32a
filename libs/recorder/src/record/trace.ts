import type { RecordedError, RecordedSpan, RecordedTransaction } from '../protocol/events.js';
import type { Snapshot } from './snapshot.js';

/** All events with one trace id. The events of each kind are in the order of arrival. */
export interface Trace {
  readonly traceId: string;
  readonly transactions: readonly RecordedTransaction[];
  readonly spans: readonly RecordedSpan[];
  readonly errors: readonly RecordedError[];
}

/** A parent that events refer to, but that was not reported. */
export interface Orphan {
  readonly traceId: string;
  /** The id of the parent that is missing. */
  readonly parentId: string;
  /** The ids of the transactions, spans and errors that refer to the missing parent. */
  readonly children: readonly string[];
}

type Events = Pick<Snapshot, 'transactions' | 'spans' | 'errors'>;

/** Returns the traces in the order of their first transactions. Traces with only spans or errors follow. */
export function tracesOf({ transactions, spans, errors }: Events): readonly Trace[] {
  const found = new Map<
    string,
    {
      traceId: string;
      transactions: RecordedTransaction[];
      spans: RecordedSpan[];
      errors: RecordedError[];
    }
  >();
  const open = (traceId: string) => {
    const known = found.get(traceId);
    if (known !== undefined) return known;
    const trace = { traceId, transactions: [], spans: [], errors: [] };
    found.set(traceId, trace);
    return trace;
  };
  for (const event of transactions) open(event.trace_id).transactions.push(event);
  for (const event of spans) open(event.trace_id).spans.push(event);
  for (const event of errors) if (event.trace_id) open(event.trace_id).errors.push(event);
  return [...found.values()];
}

/** Returns a trace, or `undefined` if none of its events has arrived. */
export function traceOf(events: Events, traceId: string): Trace | undefined {
  const own = (event: { readonly trace_id?: string | null | undefined }): boolean =>
    event.trace_id === traceId;
  const [trace] = tracesOf({
    transactions: events.transactions.filter(own),
    spans: events.spans.filter(own),
    errors: events.errors.filter(own),
  });
  return trace;
}

/**
 * Returns the parents that were never reported. For each of them, either the trace is broken, or the parent was sent to another
 * recorder.
 */
export function orphansOf({ transactions, spans, errors }: Events): readonly Orphan[] {
  const key = (traceId: string, id: string): string => `${traceId}/${id}`;
  const reported = new Set([...transactions, ...spans].map((e) => key(e.trace_id, e.id)));
  const missing = new Map<string, { traceId: string; parentId: string; children: string[] }>();
  for (const { id, trace_id: traceId, parent_id: parentId } of [
    ...transactions,
    ...spans,
    ...errors,
  ]) {
    if (!traceId || !parentId || reported.has(key(traceId, parentId))) continue;
    const entry = missing.get(key(traceId, parentId)) ?? { traceId, parentId, children: [] };
    entry.children.push(id);
    missing.set(key(traceId, parentId), entry);
  }
  return [...missing.values()];
}

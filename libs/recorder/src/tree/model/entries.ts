import type { RecordedSpan, RecordedTransaction } from '../../protocol/events.js';
import type { Trace } from '../../record/trace.js';
import type { TraceSpan } from './trace-span.js';

/** A span with additional fields for the tree. */
export interface Entry extends TraceSpan {
  readonly endMs: number;
  readonly handler: string | null;
  readonly attempt: number;
  readonly ageMs: number | null;
  readonly framework: string;
  /** The number of links from the span to other traces. A batch has one link for each message. */
  readonly links: number;
  readonly error: string | null;
}

type Recorded = RecordedTransaction | RecordedSpan;

const labelsOf = ({ context }: Recorded): Record<string, unknown> => context?.tags ?? {};

const attemptOf = (event: Recorded): number => {
  const { attempt: label } = labelsOf(event);
  const attempt = Number(label);
  return Number.isInteger(attempt) && attempt > 1 ? attempt : 1;
};

const handlerOf = (event: Recorded): string | null => {
  const { handler } = labelsOf(event);
  return typeof handler === 'string' ? handler : null;
};

/**
 * Returns the start of a span. A span has a timestamp, or, from older agents, an offset from the start of its transaction. If it
 * has neither, its time of arrival is used.
 */
function startUsOf(event: Recorded, transactionUs: ReadonlyMap<string, number>): number {
  if (typeof event.timestamp === 'number') return event.timestamp;
  const { start, transaction_id: transactionId } = event;
  const base = typeof transactionId === 'string' ? transactionUs.get(transactionId) : undefined;
  if (typeof start === 'number' && base !== undefined) return base + start * 1_000;
  return (event.receivedAt - event.duration) * 1_000;
}

const isTransaction = (event: Recorded): event is RecordedTransaction => 'span_count' in event;

/** Rounds a time to microseconds. Smaller fractions are rounding errors. */
const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

function errorsByParent({ errors }: Trace): ReadonlyMap<string, string> {
  const texts = errors.flatMap(({ parent_id: parent, exception, log }) => {
    const text = exception
      ? [exception.type, exception.message].filter((part) => part).join(': ')
      : log?.message;
    return parent && text ? ([[parent, text]] as const) : [];
  });
  return new Map(texts);
}

/**
 * Returns the trace's transactions and spans in the order of their start. If a parent and its child start at the same time, the
 * parent comes first.
 */
export function entriesOf(trace: Trace): readonly Entry[] {
  const events: readonly Recorded[] = [...trace.transactions, ...trace.spans];
  const transactionUs = new Map(
    trace.transactions.map((event) => [event.id, startUsOf(event, new Map())]),
  );
  const startsUs = events.map((event) => startUsOf(event, transactionUs));
  const firstUs = startsUs.reduce((first, us) => Math.min(first, us), Infinity);
  const errors = errorsByParent(trace);

  const entryOf = (event: Recorded, index: number): Entry => {
    const startMs = round(((startsUs[index] ?? firstUs) - firstUs) / 1_000);
    const own = isTransaction(event)
      ? ({ kind: 'transaction', subtype: null, action: null } as const)
      : ({ kind: 'span', subtype: event.subtype ?? null, action: event.action ?? null } as const);
    return {
      id: event.id,
      parentId: event.parent_id ?? null,
      traceId: event.trace_id,
      service: event.serviceName,
      name: event.name ?? 'unnamed',
      type: event.type,
      ...own,
      startMs,
      durationMs: event.duration,
      outcome: event.outcome ?? 'unknown',
      endMs: startMs + event.duration,
      handler: handlerOf(event),
      attempt: attemptOf(event),
      ageMs: event.context?.message?.age?.ms ?? null,
      framework: event.context?.service?.framework?.name ?? '',
      links: (event.links ?? []).filter((link) => link.trace_id !== event.trace_id).length,
      error: errors.get(event.id) ?? null,
    };
  };
  return events.map(entryOf).sort((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs);
}

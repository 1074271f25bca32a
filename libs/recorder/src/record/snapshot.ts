import type {
  RecordedError,
  RecordedMetadata,
  RecordedMetricset,
  RecordedSpan,
  RecordedTransaction,
} from '../protocol/events.js';
import type { Problem } from '../protocol/problem.js';

/** Everything that a recorder has recorded up to one time, in the order of arrival. A snapshot does not change. */
export interface Snapshot {
  readonly metadata: readonly RecordedMetadata[];
  readonly transactions: readonly RecordedTransaction[];
  readonly spans: readonly RecordedSpan[];
  readonly errors: readonly RecordedError[];
  readonly metricsets: readonly RecordedMetricset[];
  readonly problems: readonly Problem[];
}

export const emptySnapshot: Snapshot = Object.freeze({
  metadata: [],
  transactions: [],
  spans: [],
  errors: [],
  metricsets: [],
  problems: [],
});

/** Freezes an event and everything in it. A test that changes the event then fails. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

import type {
  RecordedError,
  RecordedMetadata,
  RecordedMetricset,
  RecordedSpan,
  RecordedTransaction,
} from './events.js';
import type { Problem } from './problem.js';

/** All that a recorder has at one moment, in the order of arrival; it does not change any more. */
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

/** Freezes an event with all that is in it: a test that changes what was recorded is told so. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

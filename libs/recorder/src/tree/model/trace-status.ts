import type { Entry } from './entries.js';
import type { Branch } from './forest.js';

/** How a trace ended. */
export interface TraceStatus {
  readonly symbol: '✓' | '✗' | '↻';
  /** The number of failures that no later attempt has followed. */
  readonly failed: number;
  /** The highest number of an attempt. */
  readonly attempts: number;
}

const isRetried = ({ entry }: Branch, siblings: readonly Branch[]): boolean =>
  siblings.some(
    ({ entry: other }) =>
      other.kind === 'transaction' && other.name === entry.name && other.attempt > entry.attempt,
  );

/**
 * Returns the status of a trace. `✓`: nothing failed. `↻`: each failure was followed by another attempt, and the last one
 * succeeded. `✗`: something failed in the end.
 */
export function statusOf(roots: readonly Branch[]): TraceStatus {
  const failures: { entry: Entry; isRecovered: boolean }[] = [];
  let attempts = 1;
  const open = roots.map((branch) => ({ branch, siblings: roots, isRecovered: false }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { entry, children } = next.branch;
    attempts = Math.max(attempts, entry.attempt);
    const isFailure = entry.outcome === 'failure';
    const isRecovered =
      next.isRecovered ||
      (isFailure && entry.kind === 'transaction' && isRetried(next.branch, next.siblings));
    if (isFailure) failures.push({ entry, isRecovered });
    for (const branch of children) open.push({ branch, siblings: children, isRecovered });
  }
  const failed = failures.filter(({ isRecovered }) => !isRecovered).length;
  const symbol = failed > 0 ? '✗' : failures.length > 0 ? '↻' : '✓';
  return { symbol, failed, attempts };
}

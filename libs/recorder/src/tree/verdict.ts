import type { Entry } from './entries.js';
import type { Branch } from './forest.js';

/** How a trace ended. */
export interface Verdict {
  readonly mark: '✓' | '✗' | '↻';
  /** Spans whose failure was not made good by a later attempt. */
  readonly failed: number;
  /** The highest attempt. */
  readonly attempts: number;
}

const isRetried = ({ entry }: Branch, siblings: readonly Branch[]): boolean =>
  siblings.some(
    ({ entry: other }) =>
      other.kind === 'transaction' && other.name === entry.name && other.attempt > entry.attempt,
  );

/** `✓` nothing failed, `↻` what failed went well at a later attempt, `✗` something failed for good. */
export function verdictOf(roots: readonly Branch[]): Verdict {
  const failures: { entry: Entry; isMadeGood: boolean }[] = [];
  let attempts = 1;
  const open = roots.map((branch) => ({ branch, siblings: roots, isMadeGood: false }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { entry, children } = next.branch;
    attempts = Math.max(attempts, entry.attempt);
    const isFailure = entry.outcome === 'failure';
    const isMadeGood =
      next.isMadeGood ||
      (isFailure && entry.kind === 'transaction' && isRetried(next.branch, next.siblings));
    if (isFailure) failures.push({ entry, isMadeGood });
    for (const branch of children) open.push({ branch, siblings: children, isMadeGood });
  }
  const failed = failures.filter(({ isMadeGood }) => !isMadeGood).length;
  const mark = failed > 0 ? '✗' : failures.length > 0 ? '↻' : '✓';
  return { mark, failed, attempts };
}

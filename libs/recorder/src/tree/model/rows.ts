import { harmless } from '../drawing/display-text.js';
import { roughly } from '../drawing/duration.js';
import type { Entry } from './entries.js';
import type { Branch } from './forest.js';
import { waitingOf, type Waiting } from './waiting.js';

/** A remark at the end of a row, with a short form for narrow terminals. */
export interface Remark {
  readonly long: string;
  readonly short: string;
}

/** One row of the drawn tree. It does not depend on the width of the terminal. */
export interface Row {
  readonly entry: Entry;
  /** The branches before the name, such as `│ └ `. */
  readonly branches: string;
  /** The branches of a line that is drawn below this row and before the next one. */
  readonly below: string;
  readonly name: string;
  readonly waiting: Waiting | null;
  readonly remarks: readonly Remark[];
  readonly error: string | null;
}

function remarksOf({ entry, stray }: Branch, waiting: Waiting | null): readonly Remark[] {
  const remarks: Remark[] = [];
  const say = (long: string, short = long): void => {
    remarks.push({ long, short });
  };
  if (entry.attempt > 1 && waiting !== null && waiting.place === null) {
    say(`attempt ${entry.attempt} after ${roughly(waiting.ms)}`, `attempt ${entry.attempt}`);
  } else if (entry.attempt > 1) {
    say(`attempt ${entry.attempt}`);
  }
  if (waiting !== null && waiting.place !== null) {
    say(`${roughly(waiting.ms)} in the ${waiting.place}`, `${roughly(waiting.ms)} queued`);
  }
  if (entry.links > 0) say(entry.links === 1 ? '1 link' : `${entry.links} links`);
  if (stray !== null) say(`(${stray})`);
  return remarks;
}

interface Open {
  readonly branch: Branch;
  readonly siblings: readonly Branch[];
  readonly isRoot: boolean;
  readonly isLast: boolean;
  readonly before: string;
}

function rowOf({ branch, siblings, isRoot, isLast, before }: Open): Row {
  const { entry, children } = branch;
  const waiting = waitingOf(branch, siblings);
  const own = isRoot ? '' : isLast ? '└ ' : '├ ';
  const after = isRoot ? '' : isLast ? '  ' : '│ ';
  return {
    entry,
    branches: before + own,
    below: before + after + (children.length > 0 ? '│ ' : '  '),
    name: harmless(entry.name),
    waiting,
    remarks: remarksOf(branch, waiting),
    error: entry.error === null ? null : harmless(entry.error),
  };
}

/** Shortens the branches of an entry that is too deep. Only the last levels are drawn. */
const shallow = (branches: string, limit: number): string =>
  branches.length <= limit ? branches : `⋯ ${branches.slice(branches.length - limit + 2)}`;

/**
 * Returns the rows of the trees from top to bottom.
 *
 * @param depth the number of columns for branches. If an entry needs more, its branches begin with `⋯`.
 */
export function rowsOf(roots: readonly Branch[], depth: number): readonly Row[] {
  const opened = (branches: readonly Branch[], isRoot: boolean, before: string): Open[] =>
    branches
      .map((branch, index) => ({
        branch,
        siblings: branches,
        isRoot,
        isLast: index === branches.length - 1,
        before,
      }))
      .reverse();

  const rows: Row[] = [];
  const open = opened(roots, true, '');
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const row = rowOf(next);
    const branches = shallow(row.branches, depth);
    rows.push({ ...row, branches, below: shallow(row.below, depth + 2) });
    const before = next.isRoot ? '' : shallow(next.before + (next.isLast ? '  ' : '│ '), depth);
    // The children are pushed one by one, because a spread of a hundred thousand arguments would overflow the stack.
    for (const child of opened(next.branch.children, false, before)) open.push(child);
  }
  return rows;
}

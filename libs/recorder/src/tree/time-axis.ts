/** A stretch of time, in milliseconds. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where times stand in the columns of the bars. */
export interface TimeAxis {
  /** Column of a time, from 0, with fractions. */
  columnOf(ms: number): number;
  /** Columns where idle time was cut out: first and the one after the last. */
  readonly breaks: readonly { readonly from: number; readonly to: number }[];
}

interface Piece extends Interval {
  readonly isBroken: boolean;
  readonly column: number;
  readonly columns: number;
}

/** Idle time beyond this many times the active time is cut out, or nothing else could be seen. */
const GAP_LIMIT = 10;
const BREAK_COLUMNS = 3;

/** The intervals with overlaps put together, by time. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || next.fromMs > last.toMs) merged.push(next);
    else merged[merged.length - 1] = { ...last, toMs: Math.max(last.toMs, next.toMs) };
  }
  return merged;
}

const lengthOf = ({ fromMs, toMs }: Interval): number => toMs - fromMs;

/** Milliseconds covered by at least one of the intervals. */
export const coverage = (intervals: readonly Interval[]): number =>
  union(intervals).reduce((sum, interval) => sum + lengthOf(interval), 0);

/** Cuts time where idle stretches are too long: stretches to show, and broken ones between them. */
function stretches(
  active: readonly Interval[],
  whole: Interval,
): (Interval & { isBroken: boolean })[] {
  const limit = GAP_LIMIT * coverage(active);
  const result: (Interval & { isBroken: boolean })[] = [];
  let shownFrom = whole.fromMs;
  let idleFrom = whole.fromMs;
  for (const { fromMs, toMs } of union(active)) {
    if (limit > 0 && fromMs - idleFrom > limit) {
      result.push({ fromMs: shownFrom, toMs: idleFrom, isBroken: false });
      result.push({ fromMs: idleFrom, toMs: fromMs, isBroken: true });
      shownFrom = fromMs;
    }
    idleFrom = toMs;
  }
  return [...result, { fromMs: shownFrom, toMs: whole.toMs, isBroken: false }];
}

function piecesOf(active: readonly Interval[], whole: Interval, columns: number): readonly Piece[] {
  const cut = stretches(active, whole);
  const broken = cut.filter(({ isBroken }) => isBroken).length;
  const breakColumns = Math.min(BREAK_COLUMNS, Math.floor(columns / 2 / Math.max(1, broken)));
  const shownMs = cut.reduce((sum, part) => sum + (part.isBroken ? 0 : lengthOf(part)), 0);
  const perMs = shownMs > 0 ? (columns - broken * breakColumns) / shownMs : 0;
  let column = 0;
  return cut.map((part, index) => {
    const isLast = index === cut.length - 1;
    // Whole columns, so that a break begins and ends where a column does; the last stretch takes what rounding left.
    const wanted = part.isBroken ? breakColumns : Math.round(lengthOf(part) * perMs);
    const own = isLast ? columns - column : Math.min(wanted, columns - column);
    const piece = { ...part, column, columns: own };
    column += own;
    return piece;
  });
}

/**
 * The axis for these spans.
 * @param active what was at work.
 * @param whole from the first to the last moment to show.
 */
export function timeAxis(active: readonly Interval[], whole: Interval, columns: number): TimeAxis {
  const pieces = piecesOf(active, whole, columns);
  return {
    columnOf: (ms) => {
      const piece = pieces.find(({ toMs }) => ms <= toMs) ?? pieces.at(-1);
      if (piece === undefined || lengthOf(piece) === 0) return piece?.column ?? 0;
      return piece.column + ((ms - piece.fromMs) / lengthOf(piece)) * piece.columns;
    },
    breaks: pieces
      .filter(({ isBroken }) => isBroken)
      .map(({ column, columns: own }) => ({ from: column, to: column + own })),
  };
}

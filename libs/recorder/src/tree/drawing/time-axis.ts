/** A time interval, in milliseconds. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Maps times to the columns of the bars. */
export interface TimeAxis {
  /** Returns the column of a time, from 0. The column may be a fraction. */
  columnOf(ms: number): number;
  /** The columns at which idle time was cut out: for each cut, its first column and the column after its last one. */
  readonly breaks: readonly { readonly from: number; readonly to: number }[];
}

interface Piece extends Interval {
  readonly isBroken: boolean;
  readonly column: number;
  readonly columns: number;
}

/**
 * The longest pause that is drawn, as a multiple of the active time. A longer pause is cut out. Otherwise, nothing else would be
 * visible.
 */
const GAP_LIMIT = 10;
const BREAK_COLUMNS = 3;

/** Returns the intervals in the order of time. Overlapping intervals are merged. */
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

/** Returns the number of milliseconds that at least one of the intervals covers. */
export const coverage = (intervals: readonly Interval[]): number =>
  union(intervals).reduce((sum, interval) => sum + lengthOf(interval), 0);

/** Cuts out long pauses. Returns the intervals to show and the intervals that are cut out, in order. */
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
    // The width is a whole number of columns, so that breaks align with columns. The last interval gets the rounding difference.
    const wanted = part.isBroken ? breakColumns : Math.round(lengthOf(part) * perMs);
    const own = isLast ? columns - column : Math.min(wanted, columns - column);
    const piece = { ...part, column, columns: own };
    column += own;
    return piece;
  });
}

/**
 * Creates the time axis for these spans.
 *
 * @param active the active intervals.
 * @param whole the interval from the first time to show to the last.
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

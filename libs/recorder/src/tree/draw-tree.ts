import type { Trace } from '../trace.js';
import { drawRow, drawServices, type Pen } from './draw-row.js';
import { entriesOf } from './entries.js';
import { forestOf } from './forest.js';
import { drawHeader } from './header.js';
import { headerWidth, layoutOf } from './layout.js';
import { inColor, plain } from './paint.js';
import { rowsOf, type Row } from './rows.js';
import { inksFor } from './service-inks.js';
import { coverage, timeAxis, type Interval } from './time-axis.js';
import { verdictOf } from './verdict.js';

/** How a tree is drawn. */
export interface DrawOptions {
  /** Columns of the terminal; no line is wider. Below 40 it is taken as 40. */
  readonly width: number;
  /** Whether to use a terminal's colours; what they say is said without them too. */
  readonly color: boolean;
  /** What stands first in the header, an order's id for example. Default: the name of the root. */
  readonly title?: string;
}

/** Branches take up to a quarter of the width, two columns a level. */
const branchColumns = (width: number): number => 2 * Math.floor(width / 8);

const wholeOf = (rows: readonly Row[]): Interval => ({
  fromMs: rows.reduce((first, { waiting }) => Math.min(first, waiting?.fromMs ?? 0), 0),
  toMs: rows.reduce((last, { entry }) => Math.max(last, entry.endMs), 0),
});

/**
 * The lines that show one trace to a person: a header; then for each transaction and span its branches and name, who handled it
 * (label `handler`; with its service where there are several), a bar where it was at work, hatched before it where it waited in a
 * queue or a topic, and its duration. A failure has `✗` and its error below; a later attempt says which one it is. Idle time of
 * more than ten times the time at work is cut out (`┄`, `┊`). In a narrow terminal who handled it goes first, then words are
 * shortened.
 *
 * @example
 * const { columns = 80, isTTY } = process.stdout;
 * console.log(drawTree(trace, { title: 'ORD-1', width: columns, color: isTTY }).join('\n'));
 */
export function drawTree(trace: Trace, options: DrawOptions): readonly string[] {
  const entries = entriesOf(trace);
  const roots = forestOf(entries);
  const rows = rowsOf(roots, branchColumns(options.width));
  const layout = layoutOf(rows, options.width);
  const active = entries.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }));
  const whole = wholeOf(rows);
  const paint = options.color ? inColor : plain;
  const axis = timeAxis(active, whole, layout.bar);
  const heading = {
    title: options.title ?? roots[0]?.entry.name ?? 'an empty trace',
    traceId: trace.traceId,
    totalMs: whole.toMs,
    atWorkMs: coverage(active),
    verdict: verdictOf(roots),
  };
  const pen: Pen = { layout, axis, paint, inkOf: inksFor(entries) };
  const lines = rows.flatMap((row) => drawRow(row, pen));
  const header = drawHeader(heading, headerWidth(layout), paint);
  return [header, ...drawServices(pen), ...lines].map((line) => line.trimEnd());
}

import { assertOptions, rule, type RulesFor } from '#base';
import type { Trace } from '../record/trace.js';
import { drawRow, drawServices, type Pen } from './drawing/draw-row.js';
import { entriesOf, type Entry } from './model/entries.js';
import { forestOf } from './model/forest.js';
import { drawHeader } from './drawing/header.js';
import { headerWidth, layoutOf } from './drawing/layout.js';
import { inColor, plain, type Ink } from './drawing/paint.js';
import { rowsOf, type Row } from './model/rows.js';
import { coverage, timeAxis, type Interval } from './drawing/time-axis.js';
import { statusOf } from './model/trace-status.js';

/** Options of {@link drawTree}. */
export interface DrawOptions {
  /** The number of columns of the terminal. No line is wider. The minimum is 40. */
  readonly width: number;
  /** Whether to use colours. Without them, no information is missing. */
  readonly color: boolean;
  /** The title in the header, such as an order's id. Default: the name of the trace's root. */
  readonly title?: string;
}

/**
 * The rules for the options of `drawTree`. `color` may be `undefined`, because Node's `isTTY` is `undefined` without a terminal.
 */
const RULES: RulesFor<DrawOptions> = {
  width: rule.required(rule.integerFrom(0)),
  color: rule.flag,
  title: rule.text,
};

/** Returns the maximum number of columns for branches. It is a quarter of the width. Each level needs two columns. */
const branchColumns = (width: number): number => 2 * Math.floor(width / 8);

const wholeOf = (rows: readonly Row[]): Interval => ({
  fromMs: rows.reduce((first, { waiting }) => Math.min(first, waiting?.fromMs ?? 0), 0),
  toMs: rows.reduce((last, { entry }) => Math.max(last, entry.endMs), 0),
});

/**
 * Draws one trace as lines for humans.
 *
 * The first line is a header. Each transaction and span then has one line with its branches and name, its handler (label
 * `handler`, with the service if there are several), and its duration, as a bar and as a number. If a message waited in a queue
 * or a topic, a hatched bar shows this before its duration. A failure has `✗`, and its error on the next line. A later attempt
 * has its number.
 *
 * A pause of more than ten times the active time is cut out (`┄`, `┊`). In a narrow terminal, the handler is left out first. If
 * that is not enough, words are shortened.
 *
 * @example
 * const { columns = 80, isTTY } = process.stdout;
 * console.log(drawTree(trace, { title: 'ORD-1', width: columns, color: isTTY }).join('\n'));
 */
export function drawTree(trace: Trace, options: DrawOptions): readonly string[] {
  assertOptions('drawTree()', options, RULES);
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
    activeMs: coverage(active),
    status: statusOf(roots),
  };
  const pen: Pen = { layout, axis, paint, inkOf: inksFor(entries) };
  const lines = rows.flatMap((row) => drawRow(row, pen));
  const header = drawHeader(heading, headerWidth(layout), paint);
  return [header, ...drawServices(pen), ...lines].map((line) => line.trimEnd());
}

const SERVICE_INKS = [
  'cyan',
  'magenta',
  'blue',
  'yellow',
  'green',
] as const satisfies readonly Ink[];

/** Assigns a colour to each service, in the order of the services' first spans. */
function inksFor(entries: readonly Entry[]): (service: string) => Ink {
  const services = [...new Set(entries.map(({ service }) => service))];
  return (service) => SERVICE_INKS[services.indexOf(service) % SERVICE_INKS.length] ?? 'cyan';
}

import { drawBar } from './bar.js';
import { fit, harmless, shorten, widthOf } from './display-text.js';
import { exactly } from './duration.js';
import { FAILED, GAP, INDENT, REMARK_SEPARATOR, type Layout } from './layout.js';
import type { Ink, Paint } from './paint.js';
import type { Row } from '../model/rows.js';
import type { TimeAxis } from './time-axis.js';

/** The values that all rows of a drawn tree share. */
export interface Pen {
  readonly layout: Layout;
  readonly axis: TimeAxis;
  readonly paint: Paint;
  readonly inkOf: (service: string) => Ink;
}

const indent = ' '.repeat(INDENT);
const gap = ' '.repeat(GAP);

function drawName({ branches, name, entry }: Row, { layout, paint }: Pen): string {
  const symbol = entry.outcome === 'failure' ? FAILED : '';
  const text = fit(name, layout.name - widthOf(branches) - symbol.length);
  return paint(branches, 'dim') + (symbol ? paint(symbol + text, 'red') : text);
}

/** Divides the remarks of a row into those that fit into the column for remarks, and those that need a line of their own. */
function splitNotes({ remarks }: Row, { remark: columns, remarkForm }: Layout) {
  const texts = remarks.map((remark) => remark[remarkForm]);
  let fitting = texts.length;
  while (widthOf(texts.slice(0, fitting).join(REMARK_SEPARATOR)) > columns) fitting -= 1;
  return {
    beside: texts.slice(0, fitting).join(REMARK_SEPARATOR),
    below: texts.slice(fitting).join(REMARK_SEPARATOR),
  };
}

/** Draws one row. If remarks do not fit, or if the row has an error, they follow on separate lines. */
export function drawRow(row: Row, pen: Pen): readonly string[] {
  const { layout, axis, paint, inkOf } = pen;
  const ink = row.entry.outcome === 'failure' ? 'red' : inkOf(row.entry.service);
  const { beside, below } = splitNotes(row, layout);
  const parts = [
    indent + drawName(row, pen),
    ...(layout.who > 0 ? [paint(fit(layout.whoOf(row), layout.who), 'dim')] : []),
    drawBar(row, axis, layout.bar, paint, ink),
    exactly(row.entry.durationMs).padStart(layout.duration),
    ...(beside === '' ? [] : [paint(beside, 'dim')]),
  ];
  const under = (text: string, ink: Ink): string => {
    const room = layout.width - INDENT - widthOf(row.below);
    return `${indent}${paint(row.below, 'dim')}${paint(shorten(text, room), ink)}`;
  };
  return [
    parts.join(gap),
    ...(below === '' ? [] : [under(below, 'dim')]),
    ...(row.error === null ? [] : [under(row.error, 'red')]),
  ];
}

/**
 * Draws the list of a trace's services, each in the colour of its bars. The list is needed only if the rows do not name the
 * services.
 */
export function drawServices({ layout, paint, inkOf }: Pen): readonly string[] {
  if (layout.services.length === 0) return [];
  const arrow = ' → ';
  const shown = layout.services.map((service) => ({ service, name: harmless(service) }));
  const whole = shown.map(({ name }) => name).join(arrow);
  if (widthOf(whole) > layout.width - INDENT) {
    return [indent + paint(shorten(whole, layout.width - INDENT), 'dim')];
  }
  const painted = shown.map(({ service, name }) => paint(name, inkOf(service)));
  return [indent + painted.join(paint(arrow, 'dim'))];
}

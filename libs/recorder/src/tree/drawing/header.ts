import { harmless, shorten, widthOf } from './display-text.js';
import { roughly } from './duration.js';
import type { Ink, Paint } from './paint.js';
import type { TraceStatus } from '../model/trace-status.js';

/** The contents of the header line above a tree. */
export interface Heading {
  readonly title: string;
  readonly traceId: string;
  readonly totalMs: number;
  readonly activeMs: number;
  readonly status: TraceStatus;
}

const INDENT = '  ';
const inks: Readonly<Record<TraceStatus['symbol'], Ink>> = {
  '✓': 'green',
  '✗': 'red',
  '↻': 'yellow',
};
/** The minimum length of the trace id in the header. A shorter part of the id would be useless. */
const SHORTEST_ID = 8;

const factsOf = ({ totalMs, activeMs, status }: Heading): string =>
  [
    roughly(totalMs),
    `${roughly(activeMs)} active`,
    ...(status.failed > 0 ? [`${status.failed} failed`] : []),
    ...(status.attempts > 1 ? [`${status.attempts} attempts`] : []),
  ].join(', ');

/** The number of columns that are reserved for the title. */
const SHORTEST_TITLE = 8;
const BESIDE_FACTS = INDENT.length + 2 + SHORTEST_TITLE + 3;

/**
 * Draws the header, with the trace id at its right end. Example: `✓ ORD-1 38 ms, 31 ms active trace
 * 0af7651916cd43dd8448eb211c80319c`.
 */
export function drawHeader(heading: Heading, width: number, paint: Paint): string {
  const { symbol } = heading.status;
  const facts = shorten(factsOf(heading), width - BESIDE_FACTS);
  const label = 'trace ';
  const fixed = INDENT.length + 2 + 3 + widthOf(facts);
  const title = shorten(harmless(heading.title), Math.max(SHORTEST_TITLE, width - fixed));
  const left = fixed + widthOf(title);
  const room = width - left - 2 - label.length;
  const id = room >= SHORTEST_ID ? shorten(harmless(heading.traceId), room) : '';
  const text = `${INDENT}${paint(symbol, inks[symbol], 'bold')} ${paint(title, 'bold')}   ${facts}`;
  if (id === '') return text;
  const blanks = ' '.repeat(width - left - label.length - widthOf(id));
  return `${text}${blanks}${paint(label + id, 'dim')}`;
}

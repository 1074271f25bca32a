import { harmless, shorten, widthOf } from './display-text.js';
import { roughly } from './duration.js';
import type { Ink, Paint } from './paint.js';
import type { Verdict } from './verdict.js';

/** What the line above a tree tells. */
export interface Heading {
  readonly title: string;
  readonly traceId: string;
  readonly totalMs: number;
  readonly atWorkMs: number;
  readonly verdict: Verdict;
}

const INDENT = '  ';
const inks: Readonly<Record<Verdict['mark'], Ink>> = { '✓': 'green', '✗': 'red', '↻': 'yellow' };
/** Below this a trace id is no help to anyone. */
const SHORTEST_ID = 8;

const factsOf = ({ totalMs, atWorkMs, verdict }: Heading): string =>
  [
    roughly(totalMs),
    `${roughly(atWorkMs)} at work`,
    ...(verdict.failed > 0 ? [`${verdict.failed} failed`] : []),
    ...(verdict.attempts > 1 ? [`${verdict.attempts} attempts`] : []),
  ].join(', ');

/** Columns that stay for the title where the facts are many. */
const SHORTEST_TITLE = 8;
const BESIDE_FACTS = INDENT.length + 2 + SHORTEST_TITLE + 3;

/** `✓ ORD-1   38 ms, 31 ms at work      trace 0af7651916cd43dd8448eb211c80319c`, the trace id at the right end. */
export function drawHeader(heading: Heading, width: number, paint: Paint): string {
  const { mark } = heading.verdict;
  const facts = shorten(factsOf(heading), width - BESIDE_FACTS);
  const label = 'trace ';
  const fixed = INDENT.length + 2 + 3 + widthOf(facts);
  const title = shorten(harmless(heading.title), Math.max(SHORTEST_TITLE, width - fixed));
  const left = fixed + widthOf(title);
  const room = width - left - 2 - label.length;
  const id = room >= SHORTEST_ID ? shorten(harmless(heading.traceId), room) : '';
  const text = `${INDENT}${paint(mark, inks[mark], 'bold')} ${paint(title, 'bold')}   ${facts}`;
  if (id === '') return text;
  const blanks = ' '.repeat(width - left - label.length - widthOf(id));
  return `${text}${blanks}${paint(label + id, 'dim')}`;
}

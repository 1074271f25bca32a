import type { Verdict } from '../figures/goal.js';
import type { Row } from '../figures/row.js';
import type { Played } from '../harness/play.js';
import type { Scenario } from '../scenario.js';
import { figure, percent } from './figures.js';

/** A title, and what stands below it. */
export type Column = readonly [string, (row: Row) => string];

/** What is counted: a scenario that measures starts has one message each. */
export const unitOf = ({ measures }: Pick<Scenario, 'measures'>): 'message' | 'start' =>
  measures === 'start' ? 'start' : 'message';

/** The columns of a scenario's table that have something to show, for the console and for the page. */
export function columnsOf({ scenario, rows }: Played): readonly Column[] {
  const unit = unitOf(scenario);
  const hasRequests = rows.some(({ requestsPerMessage }) => requestsPerMessage !== null);
  const requests: Column = [`requests a ${unit}`, (row) => figure(row.requestsPerMessage)];
  return [
    ['', ({ contender }) => contender],
    [`${unit}s/s`, ({ perSecond }) => figure(perSecond)],
    ['spread', ({ spread }) => percent(spread)],
    [`CPU µs a ${unit}`, ({ cpuMicros }) => figure(cpuMicros)],
    ...(hasRequests ? [requests] : []),
    ['peak MB', ({ peakMb }) => figure(peakMb)],
    ['ratio', ({ ratio }) => figure(ratio)],
  ];
}

export const verdictLine = ({ goal, value, isReached }: Verdict): string =>
  `${isReached ? '✓' : '✗'} ${goal}: ${value === null ? 'not measured' : figure(value)}`;

function linesOf(played: Played): readonly string[] {
  const { rows } = played;
  const columns = columnsOf(played);
  const cells = [
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([, of]) => of(row))),
  ];
  const widths = columns.map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  const padded = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  const [head = '', ...body] = cells.map((line) => line.map(padded).join('  ').trimEnd());
  return [head, ...body.map((line, index) => lineOr(line, rows[index], widths[0] ?? 0))];
}

/** A row that went wrong says how, instead of figures. */
const lineOr = (line: string, row: Row | undefined, width: number): string =>
  row === undefined || row.problem === null
    ? line
    : `${row.contender.padEnd(width)}  ${row.problem}`;

/** A scenario as a table for people, with its goals below. */
export const tableOf = (played: Played): string =>
  [
    played.scenario.name,
    played.scenario.about,
    ...linesOf(played).map((line) => `  ${line}`),
    ...played.verdicts.map((verdict) => `  ${verdictLine(verdict)}`),
  ].join('\n');

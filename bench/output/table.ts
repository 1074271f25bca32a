import type { Comparison } from '../figures/comparison.js';
import type { GoalResult } from '../figures/goal.js';
import type { Row } from '../figures/row.js';
import type { ScenarioResult } from '../harness/run-scenario.js';
import type { Scenario } from '../scenario.js';
import { figure, percent } from './figures.js';

/** A title and its cells. */
export type Column = readonly [string, (row: Row) => string];

/** The unit that is counted. A start has one message. */
export const unitOf = ({ measures }: Pick<Scenario, 'measures'>): 'message' | 'start' =>
  measures === 'start' ? 'start' : 'message';

/** The columns of a scenario's table that have figures, for the console and for the page. */
export function columnsOf({ scenario, rows }: ScenarioResult): readonly Column[] {
  const unit = unitOf(scenario);
  const hasRequests = rows.some(({ requestsPerMessage }) => requestsPerMessage !== null);
  const requests: Column = [`requests a ${unit}`, (row) => figure(row.requestsPerMessage)];
  return [
    ['', ({ candidate }) => candidate],
    [`${unit}s/s`, ({ perSecond }) => figure(perSecond)],
    ['spread', ({ spread }) => percent(spread)],
    [`CPU µs a ${unit}`, ({ cpuMicros }) => figure(cpuMicros)],
    ...(hasRequests ? [requests] : []),
    ['peak MB', ({ peakMb }) => figure(peakMb)],
    ['ratio', ({ ratio }) => figure(ratio)],
  ];
}

export const goalLine = ({ goal, value, isReached }: GoalResult): string =>
  `${isReached ? '✓' : '✗'} ${goal}: ${value === null ? 'not measured' : figure(value)}`;

const comparisonLine = ({ candidate, other, ratio, low, high, rounds }: Comparison): string =>
  `${candidate} / ${other}: CPU per message × ${ratio.toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}, ${rounds} rounds`;

function linesOf(result: ScenarioResult): readonly string[] {
  const { rows } = result;
  const columns = columnsOf(result);
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

/** A row with a problem shows it instead of figures. */
const lineOr = (line: string, row: Row | undefined, width: number): string =>
  row === undefined || row.problem === null
    ? line
    : `${row.candidate.padEnd(width)}  ${row.problem}`;

/** A scenario as a table for humans, with its goals below. */
export const tableOf = (result: ScenarioResult): string =>
  [
    result.scenario.name,
    result.scenario.about,
    ...linesOf(result).map((line) => `  ${line}`),
    ...result.goalResults.map((goalResult) => `  ${goalLine(goalResult)}`),
    ...result.comparisons.map((comparison) => `  ${comparisonLine(comparison)}`),
  ].join('\n');

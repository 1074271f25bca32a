import type { RowResult } from './harness/ledger/result.js';

const COLUMNS: readonly (readonly [string, (row: RowResult) => string])[] = [
  ['', ({ failures }) => (failures.length === 0 ? '✓' : '✗')],
  ['fault', ({ fault }) => fault],
  ['broker', ({ broker }) => broker],
  ['messages', ({ messages }) => String(messages)],
  ['lost', ({ lost }) => String(lost)],
  ['duplicates', (row) => `${row.duplicates} of ${row.duplicatesAllowed}`],
  ['out of order', (row) => (row.broker === 'sqs' ? '-' : String(row.outOfOrder))],
  ['recovered', ({ recoveredMs }) => `${(recoveredMs / 1_000).toFixed(1)} s`],
  ['', ({ remarks, failures }) => [...failures, ...remarks].join('; ')],
];

/** The rows as a table for humans. */
export function tableOf(rows: readonly RowResult[]): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The rows as one JSON document. */
export const jsonOf = (rows: readonly RowResult[]): string => JSON.stringify({ rows }, null, 2);

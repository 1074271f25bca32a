import type { Ink, Paint } from './paint.js';
import type { Row } from '../model/rows.js';
import type { TimeAxis } from './time-axis.js';

type Cell = 'idle' | 'wait' | 'work' | 'work left' | 'work right' | 'break' | 'broken wait';

const glyphs: Readonly<Record<Cell, string>> = {
  idle: ' ',
  wait: '░',
  work: '█',
  'work left': '▌',
  'work right': '▐',
  break: '┊',
  'broken wait': '┄',
};

const inksOf = (cell: Cell, ink: Ink): readonly Ink[] => {
  if (cell.startsWith('work')) return [ink];
  return cell === 'break' ? ['dim'] : [ink, 'dim'];
};

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** Returns the position of a time, in half columns. Block characters have a resolution of half a column. */
const halves = (axis: TimeAxis, ms: number): number => Math.round(2 * axis.columnOf(ms));

function workIn(column: number, start: number, end: number): Cell {
  const left = start <= 2 * column;
  const right = end >= 2 * column + 2;
  return left && right ? 'work' : left ? 'work left' : 'work right';
}

function cellsOf({ entry, waiting }: Row, axis: TimeAxis, columns: number): readonly Cell[] {
  const cells = Array<Cell>(columns).fill('idle');
  const start = Math.min(2 * columns - 1, halves(axis, entry.startMs));
  const end = Math.min(2 * columns, Math.max(start + 1, halves(axis, entry.endMs)));
  const firstAtWork = Math.floor(start / 2);
  const waitsFrom = waiting === null ? start : halves(axis, waiting.fromMs);
  for (const { from, to } of axis.breaks) {
    if (to > from) cells[Math.floor((from + to - 1) / 2)] = 'break';
  }
  for (const column of range(Math.floor(waitsFrom / 2), firstAtWork)) {
    const isBroken = axis.breaks.some(({ from, to }) => column >= from && column < to);
    cells[column] = isBroken ? 'broken wait' : 'wait';
  }
  for (const column of range(firstAtWork, Math.ceil(end / 2))) {
    cells[column] = workIn(column, start, end);
  }
  return cells;
}

/** Draws the bar of a row. It shows the waiting time and the duration, and where idle time was cut out. */
export function drawBar(row: Row, axis: TimeAxis, columns: number, paint: Paint, ink: Ink): string {
  let drawn = '';
  let run = '';
  let last: Cell = 'idle';
  for (const cell of cellsOf(row, axis, columns)) {
    if (cell !== last) {
      drawn += paint(run, ...inksOf(last, ink));
      run = '';
    }
    last = cell;
    run += glyphs[cell];
  }
  return drawn + paint(run, ...inksOf(last, ink));
}

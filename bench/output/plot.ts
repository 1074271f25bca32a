import type { Row } from '../figures/row.js';
import type { ScenarioResult } from '../harness/run-scenario.js';
import { figure } from './figures.js';
import { unitOf } from './table.js';

export type Theme = 'light' | 'dark';

/** GitHub's own colours of text, so that a plot looks like a part of the page. */
const COLOURS = {
  light: { text: '#1f2328', faint: '#59636e', bar: '#8c959f', ours: '#0969da' },
  dark: { text: '#f0f6fc', faint: '#9198a1', bar: '#656c76', ours: '#4493f8' },
} as const;

const WIDTH = 820;
const LABELS = 400;
const VALUES = 90;
const BAR = 16;
const STEP = 26;
const TOP = 44;
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

const isOurs = ({ candidate }: Row): boolean => candidate.startsWith('Throughline');

function barOf(row: Row, index: number, most: number, theme: Theme): string {
  const { text, faint, bar, ours } = COLOURS[theme];
  const y = TOP + index * STEP;
  const middle = y + BAR / 2;
  const rate = row.perSecond ?? 0;
  const width = Math.max(1, (rate / most) * (WIDTH - LABELS - VALUES));
  const label = `<text x="${LABELS - 10}" y="${middle}" text-anchor="end" dominant-baseline="central" fill="${text}"${isOurs(row) ? ' font-weight="600"' : ''}>${escaped(row.candidate)}</text>`;
  if (row.perSecond === null) {
    return `${label}<text x="${LABELS}" y="${middle}" dominant-baseline="central" fill="${faint}">no figure</text>`;
  }
  return `${label}<rect x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${isOurs(row) ? ours : bar}"/><text x="${(LABELS + width + 8).toFixed(1)}" y="${middle}" dominant-baseline="central" fill="${faint}">${figure(rate)}</text>`;
}

/** A scenario's rates as horizontal bars in SVG. Throughline's bars differ in colour, and their labels in weight. */
export function plotOf({ scenario, rows }: ScenarioResult, theme: Theme): string {
  const { name } = scenario;
  const what = `${unitOf(scenario)}s a second`;
  const most = Math.max(1, ...rows.map(({ perSecond }) => perSecond ?? 0));
  const height = TOP + rows.length * STEP + 8;
  const { text, faint } = COLOURS[theme];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(name)}: ${what}" ${FONT}>`,
    `<text x="8" y="20" font-size="15" font-weight="600" fill="${text}">${escaped(name)}</text>`,
    `<text x="${WIDTH - 8}" y="20" text-anchor="end" fill="${faint}">${what}</text>`,
    ...rows.map((row, index) => barOf(row, index, most, theme)),
    '</svg>\n',
  ].join('\n');
}

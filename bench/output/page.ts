import type { Played } from '../harness/play.js';
import { columnsOf, unitOf, verdictLine } from './table.js';

/** `SQS, slow handlers` as a part of a file's name. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

const cell = (text: string): string => text.replaceAll('|', '\\|');
const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function tableOf(played: Played): string {
  const columns = columnsOf(played);
  const body = played.rows.map((row) =>
    row.problem === null
      ? columns.map(([, of]) => of(row))
      : [row.contender, row.problem, ...columns.slice(2).map(() => '')],
  );
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'));
  return [columns.map(([title]) => title), rule, ...body].map(line).join('\n');
}

/** A scenario as a section in Markdown: plot, table, goals. */
function sectionOf(played: Played): string {
  const { scenario, verdicts } = played;
  const plot = `performance/${slugOf(scenario.name)}`;
  return [
    `#### ${scenario.name}`,
    scenario.about,
    `<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="${plot}-dark.svg">\n  <img alt="${scenario.name}: ${unitOf(scenario)}s a second, as in the table below" src="${plot}-light.svg">\n</picture>`,
    tableOf(played),
    verdicts.map((verdict) => `- ${verdictLine(verdict)}`).join('\n'),
  ].join('\n\n');
}

const begin = (suite: string): string => `<!-- bench: ${suite} -->`;
const END = '<!-- /bench -->';

/**
 * The page with this suite's place filled. All else stays as it is.
 *
 * @throws where the page has no place for the suite: `<!-- bench: kafka -->`, closed by `<!-- /bench -->`
 */
export function withSuite(page: string, suite: string, played: readonly Played[]): string {
  const from = page.indexOf(begin(suite));
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0)
    throw new Error(`The page has no place for the suite ${suite}: ${begin(suite)}`);
  const body = played.map(sectionOf).join('\n\n');
  return `${page.slice(0, from)}${begin(suite)}\n\n${body}\n\n${page.slice(to)}`;
}

/** The page with the line that says where its figures come from. */
export function withMachine(page: string, machine: string): string {
  const place = /<!-- machine -->[\s\S]*?<!-- \/machine -->/;
  if (!place.test(page)) throw new Error('The page has no place for the machine: <!-- machine -->');
  return page.replace(place, () => `<!-- machine -->\n\n${machine}\n\n<!-- /machine -->`);
}

import type { ScenarioResult } from '../harness/run-scenario.js';
import { columnsOf, unitOf, goalLine } from './table.js';

/** `SQS, slow handlers` as a part of a file's name. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

const cell = (text: string): string => text.replaceAll('|', '\\|');
const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function tableOf(result: ScenarioResult): string {
  const columns = columnsOf(result);
  const body = result.rows.map((row) =>
    row.problem === null
      ? columns.map(([, of]) => of(row))
      : [row.candidate, row.problem, ...columns.slice(2).map(() => '')],
  );
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'));
  return [columns.map(([title]) => title), rule, ...body].map(line).join('\n');
}

/** A scenario as a section in Markdown: plot, table, goals. */
function sectionOf(result: ScenarioResult): string {
  const { scenario, goalResults } = result;
  const plot = `performance/${slugOf(scenario.name)}`;
  return [
    `#### ${scenario.name}`,
    scenario.about,
    `<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="${plot}-dark.svg">\n  <img alt="${scenario.name}: ${unitOf(scenario)}s a second, as in the table below" src="${plot}-light.svg">\n</picture>`,
    tableOf(result),
    goalResults.map((goalResult) => `- ${goalLine(goalResult)}`).join('\n'),
  ].join('\n\n');
}

const begin = (suite: string): string => `<!-- bench: ${suite} -->`;
const END = '<!-- /bench -->';

/**
 * The page with this suite's section replaced. All else is unchanged.
 *
 * @throws if the page has no section for the suite: `<!-- bench: kafka -->`, closed by `<!-- /bench -->`
 */
export function withSuite(page: string, suite: string, results: readonly ScenarioResult[]): string {
  const from = page.indexOf(begin(suite));
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0)
    throw new Error(`The page has no section for the suite ${suite}: ${begin(suite)}`);
  const body = results.map(sectionOf).join('\n\n');
  return `${page.slice(0, from)}${begin(suite)}\n\n${body}\n\n${page.slice(to)}`;
}

/** The page with the line that describes the machine. */
export function withMachine(page: string, machine: string): string {
  const place = /<!-- machine -->[\s\S]*?<!-- \/machine -->/;
  if (!place.test(page))
    throw new Error('The page has no section for the machine: <!-- machine -->');
  return page.replace(place, () => `<!-- machine -->\n\n${machine}\n\n<!-- /machine -->`);
}

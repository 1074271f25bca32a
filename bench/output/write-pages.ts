import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, type, totalmem } from 'node:os';
import { join } from 'node:path';
import * as prettier from 'prettier';
import type { ScenarioResult } from '../harness/run-scenario.js';
import { slugOf, withMachine, withSuite } from './page.js';
import { plotOf } from './plot.js';

const DOCS = 'docs';
const PAGE = join(DOCS, 'performance.md');
const PLOTS = join(DOCS, 'performance');
const GIGABYTE = 1_073_741_824;

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / GIGABYTE);
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day}: ${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${memory} GB, ${type()}, Node ${process.versions.node}.`;
}

async function writePlots(result: ScenarioResult): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    const file = join(PLOTS, `${slugOf(result.scenario.name)}-${theme}.svg`);
    await writeFile(file, plotOf(result, theme));
  }
}

/** Writes the results into docs/performance.md, and their plots into a folder beside it. Suites that did not run are unchanged. */
export async function writePages(
  results: ReadonlyMap<string, readonly ScenarioResult[]>,
): Promise<void> {
  await mkdir(PLOTS, { recursive: true });
  for (const one of [...results.values()].flat()) await writePlots(one);
  let page = withMachine(await readFile(PAGE, 'utf8'), machine());
  for (const [suite, ofSuite] of results) page = withSuite(page, suite, ofSuite);
  const style = await prettier.resolveConfig(PAGE);
  await writeFile(PAGE, await prettier.format(page, { ...style, parser: 'markdown' }));
}

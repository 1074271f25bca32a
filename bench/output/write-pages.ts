import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, type, totalmem } from 'node:os';
import { join } from 'node:path';
import * as prettier from 'prettier';
import type { Played } from '../harness/play.js';
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

async function writePlots(played: Played): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    const file = join(PLOTS, `${slugOf(played.scenario.name)}-${theme}.svg`);
    await writeFile(file, plotOf(played, theme));
  }
}

/** Writes what was measured into docs/performance.md, and its plots beside it. Suites that were not played stay as they are. */
export async function writePages(played: ReadonlyMap<string, readonly Played[]>): Promise<void> {
  await mkdir(PLOTS, { recursive: true });
  for (const one of [...played.values()].flat()) await writePlots(one);
  let page = withMachine(await readFile(PAGE, 'utf8'), machine());
  for (const [suite, ofSuite] of played) page = withSuite(page, suite, ofSuite);
  const style = await prettier.resolveConfig(PAGE);
  await writeFile(PAGE, await prettier.format(page, { ...style, parser: 'markdown' }));
}

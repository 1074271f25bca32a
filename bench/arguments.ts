import { parseArgs } from 'node:util';
import type { Size } from './scenario.js';

/** What the command was asked for. */
export interface Arguments {
  /** The names of suites; all where there is none. */
  readonly suites: readonly string[];
  readonly size: Size;
  readonly output: 'table' | 'json' | 'list' | 'help';
  /** Whether docs/performance.md and its plots are written. */
  readonly writes: 'pages' | 'nothing';
  /** Parts of contenders' names: only those, and the baselines, are played. All where there is none. */
  readonly only: readonly string[];
  /** Where the contenders write CPU profiles, if anywhere. */
  readonly profiles: string | undefined;
  /** Instead of each scenario's own number. */
  readonly rounds: number | undefined;
}

export const USAGE = `npm run bench -- [suite …] [options]

  --quick            few messages, few rounds: shows that everything runs; its figures say nothing
  --rounds <n>       so many rounds in each scenario
  --only <text>      only contenders whose name has this text, and the baselines; also several times
  --json             the result as JSON
  --plots            writes docs/performance.md and its plots
  --profile <folder> every contender writes a CPU profile there
  --list             the suites and their contenders
  --help             this`;

/** @throws TypeError for what the command does not know */
export function readArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      plots: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      profile: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(`No suite is named ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  }
  if (values.quick && values.plots) {
    throw new TypeError('--quick measures nothing that --plots could show.');
  }
  if (values.only.length > 0 && values.plots) {
    throw new TypeError('--plots shows whole scenarios: leave --only out.');
  }
  const wanted = values.json ? 'json' : 'table';
  return {
    suites: positionals,
    size: values.quick ? 'quick' : 'full',
    output: values.help ? 'help' : values.list ? 'list' : wanted,
    writes: values.plots ? 'pages' : 'nothing',
    only: values.only,
    profiles: values.profile,
    rounds: roundsOf(values.rounds),
  };
}

function roundsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new TypeError(`--rounds is ${text}: give a whole number from 1 on.`);
}

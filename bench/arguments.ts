import { parseArgs } from 'node:util';
import type { Size } from './scenario.js';

/** The arguments of the command. */
export interface Arguments {
  /** The names of suites. Empty: all. */
  readonly suites: readonly string[];
  readonly size: Size;
  readonly output: 'table' | 'json' | 'list' | 'help';
  /** Whether docs/performance.md and its plots are written. */
  readonly writes: 'pages' | 'nothing';
  /** Parts of candidates' names. Only those and the baselines run. Empty: all. */
  readonly only: readonly string[];
  /** The folder for the candidates' CPU profiles. Default: none are written. */
  readonly profiles: string | undefined;
  /** The number of rounds. Default: each scenario's own number. */
  readonly rounds: number | undefined;
  /** The folder of another checkout. Candidates of Throughline also run in its build. Default: none. */
  readonly against: string | undefined;
}

export const USAGE = `npm run bench -- [suite …] [options]

  --quick            few messages, few rounds: checks that everything runs; its figures mean nothing
  --rounds <n>       the number of rounds in each scenario
  --only <text>      only candidates whose name has this text, and the baselines; can be repeated
  --against <folder> runs the candidates of Throughline only, each also from the build in another
                     checkout, and compares their CPU per message (95 % interval of the paired ratio)
  --json             the result as JSON
  --plots            writes docs/performance.md and its plots
  --profile <folder> every candidate writes a CPU profile there
  --list             the suites and their candidates
  --help             this help`;

/** @throws TypeError for an unknown argument */
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
      against: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(`No suite is named ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  }
  if (values.quick && values.plots) {
    throw new TypeError('--quick gives no figures that --plots could show.');
  }
  if (values.only.length > 0 && values.plots) {
    throw new TypeError('--plots shows whole scenarios. Remove --only.');
  }
  if (values.against !== undefined && values.plots) {
    throw new TypeError('--plots shows whole scenarios. Remove --against.');
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
    against: values.against,
  };
}

function roundsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new TypeError(`--rounds is ${text}. It must be an integer of 1 or more.`);
}

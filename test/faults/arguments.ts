import { parseArgs } from 'node:util';
import type { Length } from './harness/kind.js';

/** What the command was asked for. */
export interface Arguments {
  readonly length: Length;
  readonly isJson: boolean;
  /** Parts of rows' names; all rows where there is none. */
  readonly only: readonly string[];
}

/** @throws TypeError of `parseArgs` for what the command does not know. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      normal: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const { short, normal, long } = values;
  if ([short, normal, long].filter(Boolean).length > 1) {
    throw new TypeError('Choose one of --short, --normal and --long.');
  }
  const others = normal ? 'normal' : 'short';
  return { length: long ? 'long' : others, isJson: values.json, only: values.only };
}

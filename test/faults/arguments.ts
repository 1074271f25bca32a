import { parseArgs } from 'node:util';
import type { Length } from './harness/target.js';

/** The arguments of the command. */
export interface Arguments {
  readonly length: Length;
  readonly isJson: boolean;
  /** Parts of row names. Empty: all rows. */
  readonly only: readonly string[];
}

/** @throws TypeError of `parseArgs` for an unknown argument */
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

import { ThroughlineError } from './errors.js';
import { printable } from './printable.js';

const LONGEST_NAME = 100;

/** What a value is, without any of its contents: these may be private. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (typeof value === 'number')
    return Number.isInteger(value) ? `${value}` : `the number ${value}`;
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') {
    return value.isWellFormed() ? 'a text' : 'a text that is not well-formed (a lone surrogate)';
  }
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * An option with a value that it cannot have.
 *
 * @param where whose option it is: `OrderProcessor.process`, `kafka()`
 * @param expected what it takes: `a whole number from 1 on`
 */
export const optionInvalid = (
  where: string,
  option: string,
  expected: string,
  value: unknown,
): ThroughlineError =>
  new ThroughlineError(
    'TL_OPTION_INVALID',
    `${option} of ${where} is ${expected}, not ${kindOfValue(value)}.`,
  );

/** Whether it is an object with named values, and no list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Options that nothing reads: misspelled, or those of something else. One whose value is `undefined` is as good as absent.
 *
 * @param where whose options they are: `publish to the queue "orders"`
 */
export function unknownOptions(
  where: string,
  options: Readonly<Record<string, unknown>>,
  known: readonly string[],
): readonly ThroughlineError[] {
  return Object.keys(options)
    .filter((name) => options[name] !== undefined && !known.includes(name))
    .map(
      (name) =>
        new ThroughlineError(
          'TL_OPTION_UNKNOWN',
          `"${printable(name, LONGEST_NAME)}" is not an option of ${where}. Its options are ${known.join(', ')}.`,
        ),
    );
}

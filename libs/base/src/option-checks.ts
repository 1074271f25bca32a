import { ThroughlineError } from './errors.js';
import { printable } from './printable.js';

const LONGEST_NAME = 100;

/** Describes the type of a value without its contents, which may be private. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (typeof value === 'number')
    return Number.isInteger(value) ? `${value}` : `the number ${value}`;
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') {
    return value.isWellFormed()
      ? 'a string'
      : 'a string that is not well-formed (a lone surrogate)';
  }
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * The error for an option with an invalid value.
 *
 * @param where the option's owner: `OrderProcessor.process`, `kafka()`
 * @param expected the valid values: `an integer of 1 or more`
 */
export const optionInvalid = (
  where: string,
  option: string,
  expected: string,
  value: unknown,
): ThroughlineError =>
  new ThroughlineError(
    'TL_OPTION_INVALID',
    `${option} of ${where} must be ${expected}, but is ${kindOfValue(value)}.`,
  );

/** Whether the value is an object, and not an array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Errors for options that do not exist: they are misspelled, or belong to something else. An `undefined` value counts as absent.
 *
 * @param where the owner of the options: `publish to the queue "orders"`
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

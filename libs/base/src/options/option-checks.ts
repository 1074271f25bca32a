import { ThroughlineError } from '../errors/errors.js';
import { isRecord } from './is-object.js';
import { isAwaitable, leaveUnheard } from '../async/maybe-promise.js';
import type { OptionRule, OptionRules } from './option-rules.js';
import { printable } from '../errors/printable.js';

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
  if (isAwaitable(value)) return 'a promise';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Creates the error for an option with an invalid value.
 *
 * @param where the owner of the option, such as `OrderProcessor.process` or `kafka()`
 * @param expected the valid values, such as `an integer of 1 or more`
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

/**
 * Returns an error for each option that does not exist. Such an option may be misspelled, or belong to another function. An
 * option with the value `undefined` counts as absent.
 *
 * @param where the owner of the options, such as `publish to the queue "orders"`
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

/**
 * Returns all errors in the options of a function: options that are not an object, unknown options, missing options, and invalid
 * values. An `undefined` value counts as absent. This check is needed because the compiler checks neither JavaScript nor values
 * from the environment.
 *
 * @param where the owner of the options, such as `kafka()`
 * @example
 * optionErrors('nats()', options, { servers: required(filledListOf(text)), name: text });
 */
export function optionErrors(
  where: string,
  options: unknown,
  rules: OptionRules,
): readonly ThroughlineError[] {
  if (options === undefined) return errorsIn(where, '', {}, rules);
  if (isRecord(options) && !isAwaitable(options)) return errorsIn(where, '', options, rules);
  leaveUnheard(options);
  const message = `The options of ${where} must be an object, but are ${kindOfValue(options)}.`;
  return [new ThroughlineError('TL_OPTION_INVALID', message)];
}

/** Checks options with {@link optionErrors}, and throws all errors that it finds as one error. */
export function assertOptions(where: string, options: unknown, rules: OptionRules): void {
  throwTogether(optionErrors(where, options, rules));
}

/**
 * Throws the given errors: a single error as it is, and several as one error that lists them. Does nothing if there is none.
 *
 * @throws ThroughlineError `TL_START_REFUSED`
 */
export function throwTogether(errors: readonly ThroughlineError[]): void {
  if (errors.length > 0) throw combined(errors);
}

/** Combines errors: a single error stays as it is, and several become one error, `TL_START_REFUSED`, that lists them. */
export function combined(found: readonly ThroughlineError[]): ThroughlineError {
  const errors = withoutRepetitions(found.flatMap(listed));
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  const list = errors.map(({ code, message }) => `  ${code}: ${message}`).join('\n');
  return new ThroughlineError(
    'TL_START_REFUSED',
    `The application cannot start because of ${errors.length} configuration errors:\n${list}`,
    { cause: new AggregateError(errors) },
  );
}

/** Removes duplicates. Several checks may find the same error, such as wrong credentials. */
const withoutRepetitions = (errors: readonly ThroughlineError[]): readonly ThroughlineError[] => [
  ...new Map(errors.map((error) => [`${error.code} ${error.message}`, error])).values(),
];

/** Splits an error that {@link combined} has created into its single errors. Any other error stays as it is. */
function listed(error: ThroughlineError): readonly ThroughlineError[] {
  const { code, cause } = error;
  if (code !== 'TL_START_REFUSED' || !(cause instanceof AggregateError)) return [error];
  return cause.errors.filter((one) => one instanceof ThroughlineError);
}

/** @param path the path to these options within the options of the function, such as `retry.`, or an empty string */
function errorsIn(
  where: string,
  path: string,
  options: Readonly<Record<string, unknown>>,
  rules: OptionRules,
): readonly ThroughlineError[] {
  const given = Object.fromEntries(
    Object.keys(options).map((name) => [`${path}${name}`, options[name]]),
  );
  const known = Object.keys(rules).map((name) => `${path}${name}`);
  return [
    ...unknownOptions(where, given, known),
    ...Object.entries(rules).flatMap(([name, rule]) =>
      errorsOf(where, `${path}${name}`, options[name], rule),
    ),
  ];
}

function errorsOf(
  where: string,
  path: string,
  value: unknown,
  rule: OptionRule,
): readonly ThroughlineError[] {
  if (value === undefined && rule.isRequired !== true) return [];
  if (!rule.accepts(value)) {
    leaveUnheard(value);
    return [optionInvalid(where, printable(path, LONGEST_NAME), rule.expected, value)];
  }
  const { options, items } = rule;
  return [
    ...(options && isRecord(value) ? errorsIn(where, `${path}.`, value, options) : []),
    ...(items ? itemsOf(path, value) : []).flatMap(([itemPath, item]) =>
      items ? errorsOf(where, itemPath, item, { ...items, isRequired: true }) : [],
    ),
  ];
}

/** Returns the items of a list or an object. Each item has its path, such as `brokers[0]` or `queues.orders`. */
function itemsOf(path: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => [`${path}[${index}]`, item] as const);
  }
  return isRecord(value)
    ? Object.entries(value).flatMap(([name, item]) =>
        item === undefined ? [] : [[`${path}.${name}`, item] as const],
      )
    : [];
}

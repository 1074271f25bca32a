import { readDuration } from './duration.js';
import { isRecord } from './is-object.js';
import { isAwaitable } from '../async/maybe-promise.js';

/** The rule for an option, which determines its valid values. `undefined` counts as absent and needs no rule. */
export interface OptionRule {
  /** The text with which an error describes the valid values, such as `an integer of 1 or more`. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** Whether the option is required. */
  readonly isRequired?: true;
  /** The rules for the options in a nested object. An option without a rule counts as unknown. */
  readonly options?: OptionRules;
  /** The rule for each item of a list, or for each value of an object. */
  readonly items?: OptionRule;
}

/** The rules for the options of a function, one for each option. An option without a rule counts as unknown. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/** The rules for all options of an interface. If an option has no rule, the code does not compile. */
export type RulesFor<O> = Readonly<Record<keyof O & string, OptionRule>>;

const isObject = (value: unknown): boolean => isRecord(value) && !isAwaitable(value);

const isFunction = (value: unknown): boolean => typeof value === 'function' && !isAwaitable(value);

/** A rule that accepts any value. Use it for options that only another library can check. */
export const anything: OptionRule = { expected: 'any value', accepts: () => true };

export const text: OptionRule = {
  expected: 'a non-empty string',
  accepts: (value) => typeof value === 'string' && value !== '' && value.isWellFormed(),
};

export const flag: OptionRule = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

export const fn: OptionRule = { expected: 'a function', accepts: isFunction };

/** A rule for an object that is passed on to another library, which checks its contents. */
export const object: OptionRule = { expected: 'an object', accepts: isObject };

/**
 * Creates a rule for an integer of at least the given value. The rule refuses `NaN`, because converting an unset environment
 * variable to a number results in `NaN`.
 */
export const integerFrom = (least: number): OptionRule => ({
  expected: `an integer of ${least} or more`,
  accepts: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least,
});

/** A rule for an integer of 1 or more. `Infinity` is valid: it is a limit that is never reached. */
export const count: OptionRule = {
  expected: integerFrom(1).expected,
  accepts: (value) => value === Infinity || integerFrom(1).accepts(value),
};

/** A rule for a TCP port. The port 0 stands for any free port. */
export const port: OptionRule = {
  expected: 'an integer from 0 to 65535',
  accepts: (value) => integerFrom(0).accepts(value) && Number(value) <= 65_535,
};

/** @param of what the number counts, such as `milliseconds` */
export const positive = (of: string): OptionRule => ({
  expected: `a number of ${of} above 0`,
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
});

export const duration: OptionRule = {
  expected: "a duration with a unit, such as '30s'",
  accepts: (value) => {
    try {
      return Number.isFinite(readDuration(value));
    } catch {
      return false;
    }
  },
};

export const oneOf = (...values: readonly string[]): OptionRule => ({
  expected: values
    .map((value) => `'${value}'`)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or '),
  accepts: (value) => typeof value === 'string' && values.includes(value),
});

/** Creates a rule for an object with the given methods, such as a tracer, a store or a driver. */
export const withMethods = (expected: string, ...methods: readonly string[]): OptionRule => ({
  expected,
  accepts: (value) =>
    isRecord(value) &&
    isObject(value) &&
    methods.every((method) => typeof value[method] === 'function'),
});

export const abortSignal: OptionRule = {
  expected: 'an AbortSignal',
  accepts: (value) => value instanceof AbortSignal,
};

export const listOf = (items: OptionRule): OptionRule => ({
  expected: 'an array',
  accepts: (value) => Array.isArray(value),
  items,
});

export const filledListOf = (items: OptionRule): OptionRule => ({
  expected: 'an array that is not empty',
  accepts: (value) => Array.isArray(value) && value.length > 0,
  items,
});

/** Creates a rule for an object whose properties may have any names. One rule applies to all of their values. */
export const recordOf = (items: OptionRule): OptionRule => ({ ...object, items });

/** Creates a rule for an object that has its own options. */
export const nested = (options: OptionRules, expected = object.expected): OptionRule => ({
  expected,
  accepts: isObject,
  options,
});

export const required = (rule: OptionRule): OptionRule => ({ ...rule, isRequired: true });

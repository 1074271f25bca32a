import { readDuration } from './duration.js';
import { isRecord } from './is-object.js';
import { isAwaitable } from '../async/maybe-promise.js';

/** The valid values of an option. `undefined` counts as absent, and needs no rule. */
export interface OptionRule {
  /** The valid values, in the words of an error: `an integer of 1 or more`. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** Whether the option must be given. */
  readonly isRequired?: true;
  /** The options in a valid object. Any other is unknown. */
  readonly options?: OptionRules;
  /** The rule for each item of a valid list, or for each value of a valid object. */
  readonly items?: OptionRule;
}

/** One rule for each option. An option without a rule is unknown. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/** {@link OptionRules} for all options of an interface. It does not compile if one is missing. */
export type RulesFor<O> = Readonly<Record<keyof O & string, OptionRule>>;

const isObject = (value: unknown): boolean => isRecord(value) && !isAwaitable(value);

const isFunction = (value: unknown): boolean => typeof value === 'function' && !isAwaitable(value);

/** Any value. For what only another library can check. */
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

/** An object that is handed on to another library, which checks its contents. */
export const object: OptionRule = { expected: 'an object', accepts: isObject };

/** An environment variable that is not set becomes `NaN`, which this rule refuses. */
export const integerFrom = (least: number): OptionRule => ({
  expected: `an integer of ${least} or more`,
  accepts: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least,
});

/** An integer of 1 or more. `Infinity` is a limit that is never reached. */
export const count: OptionRule = {
  expected: integerFrom(1).expected,
  accepts: (value) => value === Infinity || integerFrom(1).accepts(value),
};

/** A TCP port. 0 stands for any free one. */
export const port: OptionRule = {
  expected: 'an integer from 0 to 65535',
  accepts: (value) => integerFrom(0).accepts(value) && Number(value) <= 65_535,
};

/** @param of what the number counts: `milliseconds` */
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

/** An object with these methods: a tracer, a store, a driver. */
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

/** An object with any names. */
export const recordOf = (items: OptionRule): OptionRule => ({ ...object, items });

/** An object with options of its own. */
export const nested = (options: OptionRules, expected = object.expected): OptionRule => ({
  expected,
  accepts: isObject,
  options,
});

export const required = (rule: OptionRule): OptionRule => ({ ...rule, isRequired: true });

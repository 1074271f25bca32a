import {
  isAwaitable,
  isRecord,
  kindOfValue,
  optionInvalid,
  readDuration,
  reasonOf,
  ThroughlineError,
  unknownOptions,
} from '#base';
import { retryLimits } from 'throughline/transport';
import type { HandlerDefinition } from '../handler/handler-definition.js';

/** What an option has to be, and whether a value is. */
interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

/** `Infinity` is a limit that nothing reaches. A variable of the environment that is not set becomes `NaN`. */
const count: Rule = {
  expected: 'an integer of 1 or more',
  holds: (value) =>
    typeof value === 'number' && value >= 1 && (Number.isInteger(value) || value === Infinity),
};

const oneOf = (...words: readonly string[]): Rule => ({
  expected: words.map((word) => `'${word}'`).join(' or '),
  holds: (value) => typeof value === 'string' && words.includes(value),
});

const duration: Rule = {
  expected: "a duration with a unit, such as '30s'",
  holds: (value) => {
    try {
      return readDuration(value) >= 0;
    } catch {
      return false;
    }
  },
};

const fn: Rule = {
  expected: 'a function',
  holds: (value) => typeof value === 'function' && !isAwaitable(value),
};

const record = (expected: string): Rule => ({ expected, holds: isRecord });

const isChannel = (value: unknown): boolean =>
  isRecord(value) && isRecord(value.system) && typeof value.name === 'string';

/** Every option of every handler. Those of one transport are its own to check. */
const RULES: Readonly<Record<string, Rule>> = {
  name: {
    expected: 'a non-empty string',
    holds: (value) => typeof value === 'string' && value !== '',
  },
  enabled: { expected: 'true or false', holds: (value) => typeof value === 'boolean' },
  concurrency: count,
  retry: record('an object: { attempts, backoff }'),
  deadLetter: {
    expected: 'true, false or a channel',
    holds: (value) => typeof value === 'boolean' || isChannel(value),
  },
  timeout: duration,
  grace: duration,
  laneLimit: count,
  onBlocked: oneOf('pause', 'deadLetter'),
  trace: oneOf('continue', 'link'),
  idempotent: record('an object: { key }'),
  batch: record('an object: { size, within }'),
  when: fn,
  unmatched: oneOf('ack', 'deadLetter'),
};

const RETRY_RULES: Readonly<Record<string, Rule>> = {
  backoff: {
    expected: "a backoff, such as exponential('1s', '5m')",
    holds: (value) => isRecord(value) && typeof value.next === 'function',
  },
};

const BATCH_RULES: Readonly<Record<string, Rule>> = { size: count, within: duration };

const IDEMPOTENT_RULES: Readonly<Record<string, Rule>> = {
  key: fn,
  ttl: duration,
  store: record('an idempotency store'),
  onUnavailable: oneOf('process', 'retry'),
  lease: duration,
};

/**
 * What is wrong with the options of a handler: a value that cannot work, an option that nothing reads, one that needs another.
 * Plain JavaScript, and values from the environment, are checked by nobody else.
 */
export function handlerOptionErrors({
  name,
  channel,
  options,
}: HandlerDefinition): readonly ThroughlineError[] {
  const given = new Map<string, unknown>(Object.entries(options));
  const known = [...Object.keys(RULES), ...channel.system.handlerOptions];
  return [
    ...unknownOptions(`${name}, a handler on a ${channel.kind}`, Object.fromEntries(given), known),
    ...broken(name, '', given, RULES),
    ...retryErrors(name, given.get('retry')),
    ...nested(name, 'retry', given, RETRY_RULES),
    ...nested(name, 'batch', given, BATCH_RULES),
    ...nested(name, 'idempotent', given, IDEMPOTENT_RULES),
    ...contradictions(name, given),
  ];
}

const broken = (
  handler: string,
  prefix: string,
  given: ReadonlyMap<string, unknown>,
  rules: Readonly<Record<string, Rule>>,
): readonly ThroughlineError[] =>
  Object.entries(rules).flatMap(([option, { expected, holds }]) => {
    const value = given.get(option);
    return value === undefined || holds(value)
      ? []
      : [optionInvalid(handler, `${prefix}${option}`, expected, value)];
  });

function nested(
  handler: string,
  option: string,
  given: ReadonlyMap<string, unknown>,
  rules: Readonly<Record<string, Rule>>,
): readonly ThroughlineError[] {
  const value = given.get(option);
  return isRecord(value)
    ? broken(handler, `${option}.`, new Map(Object.entries(value)), rules)
    : [];
}

function retryErrors(handler: string, retry: unknown): readonly ThroughlineError[] {
  if (!isRecord(retry)) return [];
  try {
    retryLimits(retry);
    return [];
  } catch (error) {
    return [new ThroughlineError('TL_OPTION_INVALID', `${handler}: ${reasonOf(error)}`)];
  }
}

function contradictions(
  handler: string,
  given: ReadonlyMap<string, unknown>,
): readonly ThroughlineError[] {
  const has = (option: string): boolean => given.get(option) !== undefined;
  const refused = (why: string): ThroughlineError =>
    new ThroughlineError('TL_OPTION_INVALID', `${handler}: ${why}`);
  return [
    ...(has('batch') && has('when')
      ? [
          refused(
            'batch and when cannot be combined, because a guard selects single messages. Remove one of them.',
          ),
        ]
      : []),
    ...(has('unmatched') && !has('when')
      ? [
          refused(
            `unmatched (${kindOfValue(given.get('unmatched'))}) has no effect without when. Add a guard, or remove unmatched.`,
          ),
        ]
      : []),
  ];
}

import { isRecord, kindOfValue, optionErrors, rule, ThroughlineError, type RulesFor } from '#base';
import {
  RETRY_RULES,
  type AnyChannel,
  type OptionRule,
  type OptionRules,
} from 'throughline/transport';
import { STORE_RULE } from '../idempotency/idempotency-store.js';
import type {
  AnyHandlerOptions,
  BatchSize,
  DeclaredHandler,
  HandlerDefaults,
  HandlerDefinition,
  Idempotency,
} from './handler-definition.js';

const deadLetter: OptionRule = {
  expected: 'true, false or a channel',
  accepts: (value) =>
    typeof value === 'boolean' ||
    (isRecord(value) && isRecord(value.system) && typeof value.name === 'string'),
};

export const IDEMPOTENCY_RULES: RulesFor<Idempotency<unknown>> = {
  key: rule.required(rule.fn),
  ttl: rule.duration,
  store: STORE_RULE,
  onUnavailable: rule.oneOf('process', 'retry'),
  lease: rule.duration,
};

export const BATCH_RULES: RulesFor<BatchSize> = {
  size: rule.required(rule.count),
  within: rule.required(rule.duration),
};

/** The rules for the module's option `defaults`. */
export const DEFAULTS_RULES: RulesFor<HandlerDefaults> = {
  concurrency: rule.count,
  retry: rule.nested(RETRY_RULES, 'an object: { attempts, backoff }'),
  deadLetter,
  timeout: rule.duration,
  grace: rule.duration,
  laneLimit: rule.count,
  onBlocked: rule.oneOf('pause', 'deadLetter'),
  trace: rule.oneOf('continue', 'link'),
};

/** The rules for the options that are passed to `override`. */
export const OVERRIDE_RULES: RulesFor<HandlerDefaults & Pick<AnyHandlerOptions, 'enabled'>> = {
  enabled: rule.flag,
  ...DEFAULTS_RULES,
};

/**
 * The rules for all common handler options. `ChannelSystem.handlerOptions` contains the rules for the options of one transport.
 */
export const HANDLER_RULES: RulesFor<AnyHandlerOptions> = {
  name: rule.text,
  ...OVERRIDE_RULES,
  idempotent: rule.nested(IDEMPOTENCY_RULES, 'an object: { key }'),
  batch: rule.nested(BATCH_RULES, 'an object: { size, within }'),
  when: rule.fn,
  unmatched: rule.oneOf('ack', 'deadLetter'),
};

/**
 * Returns the errors in a handler's own options: invalid values, unknown options, and options that require another option.
 * `defaults` and overrides are checked elsewhere, once for all handlers.
 */
export function handlerOptionErrors(handler: HandlerDefinition): readonly ThroughlineError[] {
  const { name, channel, options, origins } = handler;
  const own = Object.entries(options).filter(([option]) => {
    const origin = origins.get(option);
    return origin === 'defineHandler' || origin === 'decorator';
  });
  return [
    ...optionErrors(name, Object.fromEntries(own), rulesOf(channel)),
    ...contradictions(name, new Map(Object.entries(options))),
  ];
}

/** Whether all option values of a handler are valid. Other checks can use only valid options. */
export const hasValidOptions = ({ name, channel, options }: HandlerDefinition): boolean =>
  optionErrors(name, options, rulesOf(channel)).length === 0;

const rulesOf = ({ system }: AnyChannel): OptionRules => ({
  ...HANDLER_RULES,
  ...system.handlerOptions,
});

/** Returns errors if the options of a decorator or of `defineHandler` are not an object. */
export const declarationErrors = ({ name, layers }: DeclaredHandler): readonly ThroughlineError[] =>
  layers.flatMap(({ options }) => (isRecord(options) ? [] : optionErrors(name, options, {})));

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
            '"batch" and "when" cannot be combined, because a guard selects single messages. Remove one of them.',
          ),
        ]
      : []),
    ...(has('unmatched') && !has('when')
      ? [
          refused(
            `"unmatched" (${kindOfValue(given.get('unmatched'))}) has no effect without "when". Add a "when" guard, or remove "unmatched".`,
          ),
        ]
      : []),
  ];
}

import {
  milliseconds,
  optionErrors,
  rule,
  type Duration,
  type OptionRules,
  type RulesFor,
} from '#base';

const REJECT_RULES: RulesFor<ErrorOptions> = { cause: rule.anything };

/**
 * Throw this from a handler if the message can never succeed. It becomes a dead letter immediately, without another attempt.
 *
 * @example
 * if (order.quantity > stock.total) throw new Reject('more than there ever was');
 */
export class Reject extends Error {
  override readonly name = 'Reject';

  /** @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN` */
  constructor(reason?: string, options: ErrorOptions = {}) {
    refuse('Reject', options, REJECT_RULES);
    super(reason, options);
  }
}

/** Options of {@link RetryLater}. */
export interface RetryLaterOptions extends ErrorOptions {
  /** Whether this run counts as an attempt. Default: true. */
  readonly counts?: boolean;
}

const LATER_RULES: RulesFor<RetryLaterOptions> = { ...REJECT_RULES, counts: rule.flag };

/**
 * Throw this from a handler to retry the message after a delay of your choice.
 *
 * @example
 * if (response.status === 429) throw new RetryLater('30s', 'the shop is busy', { counts: false });
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  /** In milliseconds. */
  readonly after: number;
  readonly counts: boolean;

  /** @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN` */
  constructor(after: Duration, reason?: string, options: RetryLaterOptions = {}) {
    refuse('RetryLater', { after }, { after: rule.required(rule.duration) });
    refuse('RetryLater', options, LATER_RULES);
    super(reason ?? `retry in ${after}`, options);
    this.after = milliseconds(after);
    this.counts = options.counts !== false;
  }
}

/** Throws the first error. A run has no list of them. */
function refuse(where: string, options: object, rules: OptionRules): void {
  const [error] = optionErrors(where, options, rules);
  if (error !== undefined) throw error;
}

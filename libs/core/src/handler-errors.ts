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
 * The error that a handler throws if its message can never succeed. The message becomes a dead letter immediately, without another
 * attempt.
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

/** The options for {@link RetryLater}. */
export interface RetryLaterOptions extends ErrorOptions {
  /** Whether the run that throws this error counts as an attempt. Default: true. */
  readonly counts?: boolean;
}

const LATER_RULES: RulesFor<RetryLaterOptions> = { ...REJECT_RULES, counts: rule.flag };

/**
 * The error that a handler throws to retry the message after a delay of your choice.
 *
 * @example
 * if (response.status === 429) throw new RetryLater('30s', 'the shop is busy', { counts: false });
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  /** The delay before the retry, in milliseconds. */
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

/** Throws the first error in the options. A run cannot report several errors. */
function refuse(where: string, options: object, rules: OptionRules): void {
  const [error] = optionErrors(where, options, rules);
  if (error !== undefined) throw error;
}

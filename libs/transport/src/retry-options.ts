import { assertOptions, rule, type Backoff, type RulesFor } from '#base';

const ATTEMPTS = 5;
const CRASH_ATTEMPTS = 20;

/** How often a message may fail, and how long it waits between attempts. */
export interface RetryOptions {
  /** The number of attempts, including the first. Only failures of the message itself count. Default: 5. */
  readonly attempts?: number;
  /** How long a message waits between attempts. Default: `exponential('1s', '5m')`. */
  readonly backoff?: Backoff;
  /**
   * How many more times than `attempts` a message may be received before Throughline assumes that it crashes the process. A crash
   * may happen before the attempt is counted. If a message is received more than `attempts` plus `crashAttempts` times and none
   * of its runs has ended, it becomes a dead letter without another run. Only for standard queues. Default: 20.
   */
  readonly crashAttempts?: number;
}

/** Retry limits with defaults applied. */
export interface RetryLimits {
  readonly attempts: number;
  /** The number of receives after which a message is not run again. */
  readonly receives: number;
}

export const RETRY_RULES: RulesFor<RetryOptions> = {
  attempts: rule.integerFrom(1),
  backoff: rule.withMethods("a backoff, such as exponential('1s', '5m')", 'next'),
  crashAttempts: rule.integerFrom(0),
};

/** @throws ThroughlineError `TL_OPTION_INVALID` */
export function retryLimits(options: RetryOptions = {}): RetryLimits {
  assertOptions('retry', options, RETRY_RULES);
  const { attempts = ATTEMPTS, crashAttempts = CRASH_ATTEMPTS } = options;
  return { attempts, receives: attempts + crashAttempts };
}

import { rule, type RulesFor } from '#base';
import type { DeadLetterCause } from 'throughline/transport';
import type { StoredDeadLetter, RedriveProgress } from 'throughline/transport';

/** A dead letter with its cause. */
export interface DeadLetterView extends StoredDeadLetter {
  /** The contents of the header `dead-letter`. Absent if the message had no space for it. */
  readonly cause: DeadLetterCause | undefined;
}

/** Options of a redrive. */
export interface RedriveOptions {
  /** Selects the dead letters to move. The others stay for a later redrive. Default: all. */
  readonly filter?: (deadLetter: DeadLetterView) => boolean;
  /** The maximum number of dead letters per second. Default: no limit. */
  readonly rate?: number;
  /**
   * `handler` (default): moves dead letters to where only the handler that failed reads them, `<topic>.<group>.retry` on Kafka,
   * its queue on SQS. `source`: moves them into the channel itself. On Kafka, every group then receives them again.
   */
  readonly to?: 'handler' | 'source';
  /** Counts the dead letters that would be moved, but moves none. Default: false. */
  readonly dryRun?: boolean;
  /** Called after each request. */
  readonly onProgress?: (progress: RedriveProgress) => void;
  /** Stops the redrive. Dead letters that were already moved stay recorded. */
  readonly signal?: AbortSignal;
}

export const REDRIVE_RULES: RulesFor<RedriveOptions> = {
  filter: rule.fn,
  rate: rule.positive('messages per second'),
  to: rule.oneOf('handler', 'source'),
  dryRun: rule.flag,
  onProgress: rule.fn,
  signal: rule.abortSignal,
};

/** The result of a redrive. */
export interface RedriveReport extends RedriveProgress {
  /** Whether the redrive reached the end and was not stopped by its `signal`. */
  readonly isComplete: boolean;
}

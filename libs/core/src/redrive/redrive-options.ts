import { rule, type RulesFor } from '#base';
import type { DeadLetterCause } from 'throughline/transport';
import type { StoredDeadLetter, RedriveProgress } from 'throughline/transport';

/** A dead letter and its cause, as a filter receives them. */
export interface DeadLetterView extends StoredDeadLetter {
  /** The cause of the dead letter: the contents of its header `dead-letter`. Absent if the message had no space for the header. */
  readonly cause: DeadLetterCause | undefined;
}

/** Options of a redrive. */
export interface RedriveOptions {
  /**
   * Selects the dead letters to move. Dead letters for which this function returns false stay for a later redrive. Default: all are
   * moved.
   */
  readonly filter?: (deadLetter: DeadLetterView) => boolean;
  /** The maximum number of dead letters that the redrive moves per second. Default: no limit. */
  readonly rate?: number;
  /**
   * Where the dead letters go. `handler` (default): to a place that only the failed handler reads. That is the handler's queue on
   * SQS, and `<topic>.<group>.retry` on Kafka. `source`: to the original channel. On Kafka, every group then receives the
   * messages again.
   */
  readonly to?: 'handler' | 'source';
  /** Whether the redrive only counts the dead letters that it would move, without moving any. Default: false. */
  readonly dryRun?: boolean;
  /** Called with the progress of the redrive after each request. */
  readonly onProgress?: (progress: RedriveProgress) => void;
  /** A signal that stops the redrive when it aborts. Dead letters that were already moved stay recorded. */
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

import type { DeadLetterCause } from 'throughline/transport';
import type { Letter, RedriveProgress } from 'throughline/transport';

/** A dead letter with what is known of it. */
export interface DeadLetterView extends Letter {
  /** What the header `dead-letter` says; absent where the message had no room for it. */
  readonly cause: DeadLetterCause | undefined;
}

/** What one may ask of a redrive. */
export interface RedriveOptions {
  /** Which dead letters; what it says no to stays, for a later redrive. Default: all. */
  readonly filter?: (letter: DeadLetterView) => boolean;
  /** How many a second at most. Default: as fast as it goes. */
  readonly rate?: number;
  /**
   * `handler` (default): to where only the handler that failed reads them, `<topic>.<group>.retry` on Kafka, its queue on SQS.
   * `source`: into the channel itself, where on Kafka every group gets them again.
   */
  readonly to?: 'handler' | 'source';
  /** Counts what would be moved, and moves nothing. Default: false. */
  readonly dryRun?: boolean;
  /** Told after each request. */
  readonly onProgress?: (progress: RedriveProgress) => void;
  /** Ends it in good order: what was moved is remembered. */
  readonly signal?: AbortSignal;
}

/** What a redrive has come to. */
export interface RedriveReport extends RedriveProgress {
  /** Whether it came to the end, and was not stopped by its `signal`. */
  readonly isComplete: boolean;
}

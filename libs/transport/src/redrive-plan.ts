import type { HandlerSpec } from './handler-spec.js';
import type { Headers } from '#base';

/** A stored dead letter. */
export interface StoredDeadLetter {
  /** Its id at the broker that stores it: the SQS message id, or `topic/partition/offset`. */
  readonly id: string;
  /** The record's key or the FIFO group. */
  readonly key: string | null;
  readonly headers: Headers;
  readonly raw: Uint8Array | null;
  /** The key's bytes. Absent where every key is text. */
  readonly rawKey?: Uint8Array | null;
  /** Additional data of the message's own broker: see `InboundMessage.details`. */
  readonly details?: string | undefined;
}

/** The destination of dead letters that another broker stores. */
export type RedeliveryTarget = Pick<RedrivePlan, 'handler' | 'to' | 'isDry' | 'signal'>;

/** Takes back dead letters that another broker stores, for the broker of their handler. */
export interface Redelivery {
  /** Returns the dead letter as the handler's broker would show the message. */
  show(deadLetter: StoredDeadLetter): StoredDeadLetter;
  /**
   * Writes the original messages to where the handler reads them. Returns a result for each: fulfilled when the broker has
   * accepted it. Errors of the class `unavailable` can be retried.
   */
  deliver(
    deadLetters: readonly StoredDeadLetter[],
  ): Promise<readonly PromiseSettledResult<unknown>[]>;
}

/** The progress of a redrive. */
export interface RedriveProgress {
  /** Number of dead letters read. */
  readonly seen: number;
  /** Number of dead letters moved to where their handler reads them. In a dry run, those that would be moved. */
  readonly moved: number;
  /** Number of dead letters left where they are. */
  readonly left: number;
}

/** A redrive of one handler's dead letters, for a transport. */
export interface RedrivePlan {
  readonly handler: HandlerSpec;
  /** The logical name of the channel that contains them. */
  readonly from: string;
  /**
   * `handler`: to where only this handler reads them: its queue, or `<topic>.<group>.retry`. `source`: into the original channel.
   * On Kafka, every group then receives them again.
   */
  readonly to: 'handler' | 'source';
  /**
   * Whether to move a dead letter. Called once for each. On a FIFO queue, a dead letter that stays hides later ones of its group,
   * which are not counted as seen.
   */
  readonly wants: (deadLetter: StoredDeadLetter) => boolean;
  /** Only reads: moves and records nothing. */
  readonly isDry: boolean;
  /** Resolves when the next dead letter may be moved. Rejects when `signal` has aborted. */
  readonly turn: () => Promise<void>;
  /** Stops the redrive. Dead letters that were already moved stay recorded. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RedriveProgress) => void;
  /** Set if the handler's messages come from another broker. It restores the original messages and writes them there. */
  readonly deliver?: Redelivery['deliver'];
}

import type { HandlerSpec } from '../handler-spec.js';
import type { Headers } from '#base';

/** A stored dead letter. */
export interface StoredDeadLetter {
  /** The id of the dead letter at the broker that stores it: the SQS message id, or `topic/partition/offset`. */
  readonly id: string;
  /** The key of the original message: the key of a Kafka record, or the group of a FIFO message. */
  readonly key: string | null;
  readonly headers: Headers;
  readonly raw: Uint8Array | null;
  /** The bytes of the original message's key. Absent if the broker's keys are always text. */
  readonly rawKey?: Uint8Array | null;
  /** Additional data that the original message's broker stored with it: see `InboundMessage.details`. */
  readonly details?: string | undefined;
}

/** Where dead letters from another broker are written back, and for which handler. */
export type RedeliveryTarget = Pick<RedrivePlan, 'handler' | 'to' | 'isDry' | 'signal'>;

/** The part of a transport that takes back its handlers' dead letters if another broker stores them. */
export interface Redelivery {
  /** Converts a dead letter to the form that the handler's broker would use for the original message. */
  show(deadLetter: StoredDeadLetter): StoredDeadLetter;
  /**
   * Writes the original messages to the place from which the handler reads. Returns one result for each message. The result is
   * fulfilled if the broker has accepted the message. Errors of the class `unavailable` can be retried.
   */
  deliver(
    deadLetters: readonly StoredDeadLetter[],
  ): Promise<readonly PromiseSettledResult<unknown>[]>;
}

/** The progress of a redrive, in numbers of dead letters. */
export interface RedriveProgress {
  /** The number of dead letters that were read. */
  readonly seen: number;
  /** The number of dead letters that were moved back to their handler, or that a dry run would move. */
  readonly moved: number;
  /** The number of dead letters that stayed where they are. */
  readonly left: number;
}

/** The plan of one redrive, for the transport that stores the dead letters. */
export interface RedrivePlan {
  readonly handler: HandlerSpec;
  /** The logical name of the channel that contains the dead letters. */
  readonly from: string;
  /**
   * Where the dead letters go. `handler`: to a place that only this handler reads, which is its queue, or
   * `<topic>.<group>.retry`. `source`: to the original channel. On Kafka, every group then receives the messages again.
   */
  readonly to: 'handler' | 'source';
  /**
   * Returns whether to move a dead letter. Called once for each dead letter that is read. If a dead letter stays in a FIFO queue,
   * it hides later dead letters in its group, and these are not counted as seen.
   */
  readonly wants: (deadLetter: StoredDeadLetter) => boolean;
  /** Whether the redrive is a dry run. A dry run only reads: it moves and records nothing. */
  readonly isDry: boolean;
  /** Waits until the next dead letter may be moved. Rejects when `signal` has aborted. */
  readonly turn: () => Promise<void>;
  /** A signal that stops the redrive when it aborts. Dead letters that were already moved stay recorded. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RedriveProgress) => void;
  /** Restores the original messages and writes them to the handler's broker. Set if another broker stores the dead letters. */
  readonly deliver?: Redelivery['deliver'];
}

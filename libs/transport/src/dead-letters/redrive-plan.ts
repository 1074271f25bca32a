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
  /** The bytes of the original message's key. Absent if every key of the broker is text. */
  readonly rawKey?: Uint8Array | null;
  /** Additional data that the original message's broker stored with it: see `InboundMessage.details`. */
  readonly details?: string | undefined;
}

/** Describes where, and for which handler, dead letters that another broker stores are written back. */
export type RedeliveryTarget = Pick<RedrivePlan, 'handler' | 'to' | 'isDry' | 'signal'>;

/** The part of a transport that takes back dead letters of its handlers that another broker stores. */
export interface Redelivery {
  /** Returns the dead letter in the form in which the handler's broker would show the original message. */
  show(deadLetter: StoredDeadLetter): StoredDeadLetter;
  /**
   * Writes the original messages to the place from which the handler reads. Returns a result for each message, which is fulfilled if
   * the broker has accepted the message. Errors of the class `unavailable` can be retried.
   */
  deliver(
    deadLetters: readonly StoredDeadLetter[],
  ): Promise<readonly PromiseSettledResult<unknown>[]>;
}

/** The progress of a redrive, in numbers of dead letters. */
export interface RedriveProgress {
  /** The number of dead letters that were read. */
  readonly seen: number;
  /** The number of dead letters that were moved back to their handler. In a dry run, the number that would be moved. */
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
   * Where the dead letters go. `handler`: to a place that only this handler reads, that is, its queue or `<topic>.<group>.retry`.
   * `source`: to the original channel. On Kafka, every group then receives the messages again.
   */
  readonly to: 'handler' | 'source';
  /**
   * Returns whether to move a dead letter. Called once for each dead letter. On a FIFO queue, a dead letter that stays in the queue
   * hides later dead letters in its group, which are not counted as seen.
   */
  readonly wants: (deadLetter: StoredDeadLetter) => boolean;
  /** Whether the redrive is a dry run, which only reads: it moves and records nothing. */
  readonly isDry: boolean;
  /** Waits until the next dead letter may be moved. Rejects when `signal` has aborted. */
  readonly turn: () => Promise<void>;
  /** A signal that stops the redrive when it aborts. Dead letters that were already moved stay recorded. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RedriveProgress) => void;
  /**
   * Restores the original messages and writes them to their broker. Set if the dead letters are stored by a broker other than the
   * handler's.
   */
  readonly deliver?: Redelivery['deliver'];
}

import type { HandlerSpec } from './handler-spec.js';
import type { Headers } from '#base';

/** A dead letter, as one looks at it before it is moved. */
export interface Letter {
  /** Its id where it lies: SQS' message id, or `topic/partition/offset`. */
  readonly id: string;
  /** The record's key or the FIFO group. */
  readonly key: string | null;
  readonly headers: Headers;
  readonly raw: Uint8Array | null;
  /** The key's bytes. Absent where every key is text. */
  readonly rawKey?: Uint8Array | null;
  /** What the message's own broker kept of it besides: see `InboundMessage.details`. */
  readonly details?: string | undefined;
}

/** Where dead letters that are kept with another broker are to be written. */
export type RedeliveryTarget = Pick<RedrivePlan, 'handler' | 'to' | 'isDry' | 'signal'>;

/** The way of a handler's broker to take back dead letters that are kept with another one. */
export interface Redelivery {
  /** The letter as the handler's broker would show the message. */
  show(letter: Letter): Letter;
  /**
   * Writes the messages to where the handler reads them, as they were. There is an answer for each: fulfilled once the broker has
   * it; an error of the class `unavailable` is worth another try.
   */
  deliver(letters: readonly Letter[]): Promise<readonly PromiseSettledResult<unknown>[]>;
}

/** How far a redrive is. */
export interface RedriveProgress {
  /** Dead letters looked at. */
  readonly seen: number;
  /** Of these, moved to where their handler reads them; in a dry run, those that would be. */
  readonly moved: number;
  /** Of these, left where they are. */
  readonly left: number;
}

/** What a transport is asked to do with the dead letters of one handler. */
export interface RedrivePlan {
  readonly handler: HandlerSpec;
  /** The channel in which they lie, by its logical name. */
  readonly from: string;
  /**
   * `handler`: to where only this handler reads them: its queue, or `<topic>.<group>.retry`. `source`: into the channel that they
   * came from, where on Kafka every group gets them again.
   */
  readonly to: 'handler' | 'source';
  /**
   * Whether this one is to be moved; asked once for each. On a FIFO queue, one that stays hides the later ones of its group: these
   * are not counted as seen.
   */
  readonly wants: (letter: Letter) => boolean;
  /** Only looks: moves nothing, and remembers nothing. */
  readonly isDry: boolean;
  /** Resolves when the next one may be moved. Rejects once `signal` has aborted. */
  readonly turn: () => Promise<void>;
  /** Stops in good order: what was moved is remembered. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RedriveProgress) => void;
  /**
   * Present where the handler's messages come from another broker: the letters are restored as they were, and handed over to be
   * written there.
   */
  readonly deliver?: Redelivery['deliver'];
}

import type { Transport } from 'throughline/transport';
import type { Headers } from '#base';

/** What a broker can and cannot do, as far as the suite's expectations differ by it. */
export interface TransportFeatures {
  readonly kind: 'queue' | 'topic';
  /** Whether messages of one key keep their order, and are at work one at a time. */
  readonly order: boolean;
  /** Whether several messages of one key may come to a batch handler at once. */
  readonly keyInBatch: boolean;
  /**
   * Where a failed message waits, as the source says of itself. With `source` the broker knows receives only, so that a run
   * which does not count is seen in the next attempt's number all the same.
   */
  readonly retry: 'source' | 'lane';
  /** Whether the next process knows how often a message has failed in this one. */
  readonly failuresOutlive: boolean;
  /** Whether a body may be any bytes, and not only text. */
  readonly binaryBodies: boolean;
  /** Whether a header may have any name, and not only letters, digits, dots and dashes. */
  readonly anyHeaderName: boolean;
  /** Whether a single message can be delayed. */
  readonly delay: boolean;
  /** Whether every message needs a key. */
  readonly needsKey: boolean;
  /** Whether a publish may bring a deduplication id. */
  readonly deduplication: boolean;
  /** How many headers a message may have, where that is bounded. */
  readonly mostHeaders?: number;
  /** The largest message in bytes: a few hundred more are refused. */
  readonly largest: number;
  /** How many messages may be with one source beyond those at work, those included that are done and are just being settled. */
  readonly ahead?: number;
  /**
   * Milliseconds that a message may be at work without a sign of life until its broker gives it to another. The suite's handlers
   * run longer; the transport, or the suite's option `visibility`, is set to it.
   */
  readonly patience: number;
}

/** A message as the broker keeps it. */
export interface RawMessage {
  readonly body: Uint8Array;
  readonly key: string | null;
  readonly headers: Headers;
}

/** A queue or a topic seen from outside, without a line of the transport under test. */
export interface RawChannel {
  readonly name: string;
  /** Sends these bytes and headers, one after another. */
  send(messages: readonly RawMessage[]): Promise<void>;
  /** Waits until there are so many dead letters, and tells all that there are. */
  deadLetters(atLeast: number): Promise<readonly RawMessage[]>;
  /**
   * How many messages the broker would still hand out, to anyone and at any time. Asked once no application runs, and last: it
   * may leave a trace in the channel.
   */
  unsettled(): Promise<number>;
  /** How many messages the broker has handed out and waits for, where it can tell. */
  handedOut?(): Promise<number>;
  /** Takes away what is at work, as a rebalance or a lost visibility does: at least one of the messages is no longer ours. */
  takeAway(): Promise<void>;
  /** Makes the broker hand out again what is at work; resolves once it has done so or is about to. */
  handOutAgain(): Promise<void>;
  /** From now on no dead letter can be stored. */
  refuseDeadLetters(): Promise<void>;
  takeDeadLetters(): Promise<void>;
  /** What applications publish to the channel goes no further until the answer is called. */
  holdSends(): () => void;
  /** Puts on record, for the application's group, that all below `offset` of partition 0 is done, with this word beside it. */
  commit?(offset: number, metadata: string): Promise<void>;
}

/** What a test wishes of a channel. */
export interface ChannelWish {
  /** The application's name: the group whose dead letters and commits are meant. */
  readonly app: string;
  /** Default: whatever the broker likes. */
  readonly partitions?: number;
}

/** A broker with a transport to it. */
export interface OpenTransport {
  /** A transport for one more application, with this as its `patience` where it is set there. */
  transport(): Transport;
  /** Makes a channel, and the channel of its dead letters. */
  channel(wish: ChannelWish): Promise<RawChannel>;
  /** How many requests have sent something so far, all transports together. */
  sendRequests(): number;
  /** What the transports asked of the broker and ought not to have, where that is watched: one line each. */
  mistakes?(): readonly string[];
  close(): Promise<void>;
}

/** What the suite is run over. */
export interface TransportSubject {
  readonly features: TransportFeatures;
  readonly open: () => Promise<OpenTransport>;
}

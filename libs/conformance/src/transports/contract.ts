import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Channel, ChannelOptions as OptionsOfChannel, Transport } from 'throughline/transport';
import type { Tracer } from 'throughline/tracing';
import type { Duration } from '#base';
import type { Item } from './fixture/item.js';
import type { RawMessage } from './fixture/raw-message.js';

/** The features of a broker on which the suite's expectations depend. */
export interface TransportFeatures {
  /** Whether messages of one key keep their order and run one at a time. */
  readonly order: boolean;
  /** Whether a batch may contain several messages of one key. */
  readonly keyInBatch: boolean;
  /**
   * Where a failed message waits, as the source declares it. With `source`, the broker counts receives only, so a run that does not
   * count as an attempt still raises the number of the next attempt.
   */
  readonly retry: 'source' | 'lane';
  /** Whether the next process knows how many failures of a message this process has counted. */
  readonly failuresPersist: boolean;
  /** Whether a body may be any bytes. Otherwise it is text. */
  readonly binaryBodies: boolean;
  /** Whether a header may have any name. Otherwise a name has letters, digits, dots and dashes. */
  readonly anyHeaderName: boolean;
  /** Whether the broker is part of the process, so that it answers every publish in time. Default: false. */
  readonly inProcess?: boolean;
  /** Whether a publish may delay its message. */
  readonly delay: boolean;
  /** Whether every message needs a key. */
  readonly needsKey: boolean;
  /** Whether a publish may have a deduplication id. */
  readonly deduplication: boolean;
  /** The maximum number of headers of a message. Default: unlimited. */
  readonly maxHeaders?: number;
  /** The maximum message size in bytes. The broker refuses a message that is a few hundred bytes larger. */
  readonly maxMessageBytes: number;
  /**
   * How many messages one source may hold besides those in progress, including those that are done and being settled. Default:
   * unlimited.
   */
  readonly prefetched?: number;
  /**
   * The time, in milliseconds, after which the broker redelivers a message that is in progress, unless its consumer sends a
   * heartbeat. The suite's handlers run longer. Set the transport's option for this time, or the handler option `visibility`, to
   * this value.
   */
  readonly redeliveredAfter: number;
  /** Whether the broker keeps a log in which a handler can seek. */
  readonly seek: boolean;
  /** Whether applications with different names each receive every message. */
  readonly groups: boolean;
  /** Whether {@link RawChannel.commit} can commit what version 0.1.0 of Throughline would have committed. */
  readonly commits: boolean;
  /**
   * How many bytes of {@link TransportFeatures.maxMessageBytes} a dead letter needs in addition to the body of its message.
   * Default: 0.
   */
  readonly deadLetterOverhead?: number;
}

/** The codes of the errors that the transport itself defines. */
export interface TransportErrorCodes {
  /** The code of the error for a publish to a channel that the broker does not have. */
  readonly channelMissing: string;
  /**
   * The codes of the possible errors for a publish of a message that is too large. The broker may also refuse the message as one of
   * a batch.
   */
  readonly tooLarge: readonly string[];
  /** The code of the error for a publish that the broker does not answer within its timeout. Needed unless `inProcess`. */
  readonly unavailable: string;
  /** The code of the error with which the signal aborts when a message no longer belongs to the process. */
  readonly lost: string;
  /** The code of the error for a publish without a key. Needed with `needsKey`. */
  readonly keyMissing?: string;
  /** The code of the error for a publish with headers that the broker cannot store. Needed with `maxHeaders`. */
  readonly headersInvalid?: string;
}

/** The wishes of the suite's handlers for which only some transports have an option. */
export interface HandlerWishes {
  /** The time after which the broker redelivers a message whose consumer sends no heartbeat. */
  readonly redeliveredAfter?: Duration | undefined;
  /** Which messages stay in order: see {@link SubjectApi.hasOrderOptions}. */
  readonly order?: 'partition' | 'none' | undefined;
}

/** Functions with which the suite's applications declare channels of the transport under test, and write its own options. */
export interface SubjectApi {
  /** Creates a channel of the transport under test. */
  readonly channel: (
    name: string,
    options: OptionsOfChannel<StandardSchemaV1<Item>>,
  ) => Channel<Item>;
  /** Creates a channel whose handlers receive `null` for a message without a body. Absent if the transport has no such channels. */
  readonly tombstones?: (
    name: string,
    options: OptionsOfChannel<StandardSchemaV1<Item>>,
  ) => Channel<Item | null>;
  /** Whether a handler may choose that all messages of a partition stay in order, or none. */
  readonly hasOrderOptions: boolean;
  /**
   * Returns the transport's own handler options for these wishes. A wish for which the transport has no option is left out.
   * Default: none.
   */
  readonly handlerOptions?: (wishes: HandlerWishes) => object;
  /** Returns the transport's own publish options that delay a message. Needed with the feature `delay`. */
  readonly delayed?: (delay: Duration) => object;
  /** Returns the transport's own publish options for a deduplication id. Needed with the feature `deduplication`. */
  readonly deduplicated?: (id: string) => object;
  /** Publish options that the transport itself defines and refuses, with the code of the error. */
  readonly wrongPublishOptions?: readonly (readonly [
    title: string,
    options: object,
    code: string,
  ])[];
  readonly errorCodes: TransportErrorCodes;
}

export type { RawMessage };

/** A channel at the broker, used without any code of the transport under test. */
export interface RawChannel {
  readonly name: string;
  /** Sends these messages to the channel, one after another. */
  send(messages: readonly RawMessage[]): Promise<void>;
  /** Waits until there are at least this many dead letters, and returns all of them. */
  deadLetters(atLeast: number): Promise<readonly RawMessage[]>;
  /**
   * Returns how many messages the broker would still deliver, to any consumer and at any time. The suite calls this function last,
   * when no application is running, because the function may add a record to the channel.
   */
  unsettled(): Promise<number>;
  /** Returns how many messages the broker has delivered that are not settled yet. Absent if the broker does not report it. */
  inFlight?(): Promise<number>;
  /**
   * Takes messages in progress away from the application, as a rebalance or an expired visibility timeout does. The application
   * loses at least one of them.
   */
  revokeInProgress(): Promise<void>;
  /** Makes the broker redeliver the messages in progress. Resolves once the broker has done so or is about to do so. */
  redeliver(): Promise<void>;
  /** Makes the broker refuse dead letters until {@link acceptDeadLetters} is called. */
  refuseDeadLetters(): Promise<void>;
  acceptDeadLetters(): Promise<void>;
  /** Delays the messages that applications publish to the channel. Returns a function that ends the delay. */
  holdSends(): () => void;
  /** Commits `offset` in partition 0 for the application's group, with this metadata. */
  commit?(offset: number, metadata: string): Promise<void>;
}

/** The requirements of a test case for its channel. */
export interface ChannelOptions {
  /** The name of the application, which is also the group in the names of dead-letter channels and in commits. */
  readonly app: string;
  /** The number of partitions. Default: the subject decides. */
  readonly partitions?: number;
}

/** A running broker, and functions that create transports and channels for it. */
export interface OpenTransport {
  /**
   * Creates a transport for one more application. If the transport has an option for `redeliveredAfter`, it is set to the value in
   * `features`.
   */
  transport(): Transport;
  /** Creates a channel and its dead-letter channel. */
  channel(options: ChannelOptions): Promise<RawChannel>;
  /** Returns how many send requests all transports together have made so far. */
  sendRequests(): number;
  /**
   * Returns the requests of the transports that exceed a limit of the broker, one line each. Absent if the subject does not watch
   * them.
   */
  violations?(): readonly string[];
  close(): Promise<void>;
}

/** The transport under test, and the broker that the suite uses. */
export interface TransportSubject {
  readonly features: TransportFeatures;
  readonly api: SubjectApi;
  /** The tracer of the suite's applications, except where a case has one of its own. Default: `none()`. */
  readonly tracer?: Tracer;
  /**
   * Whether the core of the suite's applications uses its fast paths. The applications must behave the same with and without them.
   * Default: `on`.
   */
  readonly fastPaths?: 'on' | 'off';
  readonly open: () => Promise<OpenTransport>;
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Channel, ChannelOptions as OptionsOfChannel, Transport } from 'throughline/transport';
import type { Tracer } from 'throughline/tracing';
import type { Duration } from '#base';
import type { Item } from './fixture/item.js';
import type { RawMessage } from './fixture/raw-message.js';

/** What a broker can and cannot do, where the suite's expectations depend on it. */
export interface TransportFeatures {
  /** Whether messages of one key keep their order and run one at a time. */
  readonly order: boolean;
  /** Whether a batch may contain several messages of one key. */
  readonly keyInBatch: boolean;
  /**
   * Where a failed message waits, as declared by the source. With `source`, the broker counts receives only, so a run that does
   * not count still raises the next attempt number.
   */
  readonly retry: 'source' | 'lane';
  /** Whether the failures that this process counted are known to the next process. */
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
   * The time in milliseconds after which the broker redelivers a message that is in progress, unless its consumer sends a
   * heartbeat. The suite's handlers run longer. The transport, or the handler option `visibility`, is set to it.
   */
  readonly redeliveredAfter: number;
  /** Whether the broker keeps a log in which a handler can seek. */
  readonly seek: boolean;
  /** Whether applications of different names each receive every message. */
  readonly groups: boolean;
  /** Whether {@link RawChannel.commit} commits what version 0.1.0 of Throughline has committed. */
  readonly commits: boolean;
  /** How many bytes of {@link TransportFeatures.maxMessageBytes} the dead letter of a message needs beside its body. Default: 0. */
  readonly deadLetterOverhead?: number;
}

/** The codes of the errors that are the transport's own. */
export interface TransportErrorCodes {
  /** A publish to a channel that the broker does not have. */
  readonly channelMissing: string;
  /** A publish of a message that is too large. The broker may also refuse it as one of its batch. */
  readonly tooLarge: readonly string[];
  /** A publish that the broker does not answer within its timeout, unless `inProcess`. */
  readonly unavailable: string;
  /** The reason of the signal of a message that is no longer this process' own. */
  readonly lost: string;
  /** A publish without a key, with `needsKey`. */
  readonly keyMissing?: string;
  /** A publish with headers that the broker cannot have, with `maxHeaders`. */
  readonly headersInvalid?: string;
}

/** What the suite's handlers ask for that only some transports have an option for. */
export interface HandlerWishes {
  /** The time after which the broker redelivers a message without a heartbeat. */
  readonly redeliveredAfter?: Duration | undefined;
  /** What stays in order: see {@link SubjectApi.hasOrderOptions}. */
  readonly order?: 'partition' | 'none' | undefined;
}

/** How applications declare the channels of the transport under test, and what they write for its own options. */
export interface SubjectApi {
  /** The transport's factory of channels. */
  readonly channel: (
    name: string,
    options: OptionsOfChannel<StandardSchemaV1<Item>>,
  ) => Channel<Item>;
  /** A channel whose handlers get `null` for a message without a body. Absent where there are none. */
  readonly tombstones?: (
    name: string,
    options: OptionsOfChannel<StandardSchemaV1<Item>>,
  ) => Channel<Item | null>;
  /** Whether a handler may choose that all messages of a partition stay in order, or none. */
  readonly hasOrderOptions: boolean;
  /** The transport's own handler options for these wishes. A wish that it has no option for is left out. Default: none. */
  readonly handlerOptions?: (wishes: HandlerWishes) => object;
  /** The transport's own publish options that delay a message, with `delay`. */
  readonly delayed?: (delay: Duration) => object;
  /** The transport's own publish options for a deduplication id, with `deduplication`. */
  readonly deduplicated?: (id: string) => object;
  /** Publish options of its own that the transport refuses, and with which code. */
  readonly wrongPublishOptions?: readonly (readonly [
    title: string,
    options: object,
    code: string,
  ])[];
  readonly errorCodes: TransportErrorCodes;
}

export type { RawMessage };

/** A channel as seen from outside, without any code of the transport under test. */
export interface RawChannel {
  readonly name: string;
  /** Sends these messages, one after another. */
  send(messages: readonly RawMessage[]): Promise<void>;
  /** Waits until there are at least this many dead letters, and returns all of them. */
  deadLetters(atLeast: number): Promise<readonly RawMessage[]>;
  /**
   * How many messages the broker would still deliver, to any consumer and at any time. The suite calls it when no application
   * runs, and last, because it may add a record to the channel.
   */
  unsettled(): Promise<number>;
  /** How many messages the broker has delivered and waits for, if it can say so. */
  inFlight?(): Promise<number>;
  /** Revokes messages in progress, as a rebalance or an expired visibility does: the application loses at least one of them. */
  revokeInProgress(): Promise<void>;
  /** Makes the broker redeliver the messages in progress. Resolves once it has done so or is about to. */
  redeliver(): Promise<void>;
  /** From now on the broker stores no dead letter, until {@link acceptDeadLetters}. */
  refuseDeadLetters(): Promise<void>;
  acceptDeadLetters(): Promise<void>;
  /** Delays what applications publish to the channel until the returned function is called. */
  holdSends(): () => void;
  /** Commits `offset` of partition 0 for the application's group, with this metadata. */
  commit?(offset: number, metadata: string): Promise<void>;
}

/** What a test case needs of a channel. */
export interface ChannelOptions {
  /** The application's name, which is the group of the dead letters and the commits. */
  readonly app: string;
  /** Default: up to the subject. */
  readonly partitions?: number;
}

/** A broker with a transport to it. */
export interface OpenTransport {
  /** A transport for one more application, with this as its `redeliveredAfter` where it is set there. */
  transport(): Transport;
  /** Creates a channel and its dead-letter channel. */
  channel(options: ChannelOptions): Promise<RawChannel>;
  /** How many send requests all transports together have made so far. */
  sendRequests(): number;
  /** Requests of the transports that break a limit of the broker, one line each, if the subject watches them. */
  violations?(): readonly string[];
  close(): Promise<void>;
}

/** The transport under test. */
export interface TransportSubject {
  readonly features: TransportFeatures;
  readonly api: SubjectApi;
  /** The tracer of the suite's applications, except where a case has one of its own. Default: `none()`. */
  readonly tracer?: Tracer;
  /** Whether the core of the suite's applications takes its fast paths. They behave the same either way. Default: `on`. */
  readonly fastPaths?: 'on' | 'off';
  readonly open: () => Promise<OpenTransport>;
}

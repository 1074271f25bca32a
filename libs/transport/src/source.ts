import type { Incoming } from 'throughline/tracing';
import type { SeekTarget, SourceState } from './source-state.js';
import type { Headers } from '#base';
import type { Ack, Retry } from './outcome.js';

/** A queue, or a partition of a topic: the unit that a source can pause. */
export interface SourcePartition {
  /** The logical name of the channel to which the queue or partition belongs. */
  readonly channel: string;
  /** The name of the queue or partition, which is unique within its source. */
  readonly name: string;
}

/** A received message whose body has not been decoded yet. */
export interface InboundMessage {
  readonly origin: SourcePartition;
  /** The lane of the message. Only one message in a lane runs at a time. `null` if the message has no order. */
  readonly lane: string | null;
  readonly id: string;
  /** The key of the message: the key of a Kafka record, or the group of a FIFO message. */
  readonly key: string | null;
  /** The bytes of the message's key. Absent if the broker's keys are always text. */
  readonly rawKey?: Uint8Array | null;
  /** The bytes of the message body. `null` is a Kafka tombstone. */
  readonly raw: Uint8Array | null;
  readonly headers: Headers;
  /**
   * Additional data that the broker stored with the message, such as the types of attributes. It is text in a form that only the
   * message's own transport reads. If another broker stores the dead letter, the data is stored with it, and
   * `Connection.redelivery` restores it. Absent if there is no such data.
   */
  readonly details?: string | undefined;
  /** The size of the message in memory, in bytes. */
  readonly bytes: number;
  /** The number of failed runs of this message that the broker has counted. */
  readonly failures: number;
  readonly receivedAt: number;
  /**
   * A signal that aborts when the message no longer belongs to this process: its partition was revoked, or its visibility timeout
   * expired.
   */
  readonly signal: AbortSignal;
  /**
   * Whether the message still belongs to this process, according to the clock. A message that was lost while the process was
   * suspended must not start. If this property is absent, the message belongs to the process until `signal` aborts.
   */
  readonly isOurs?: boolean;
  readonly incoming: Incoming;
  /** The invalid part of the message's trace context. Absent if the context is valid. */
  readonly malformedContext: string | undefined;
  /**
   * Called if the message is kept after the call that delivered it. The message must then copy the data that it shares with other
   * messages.
   */
  detach?(): void;
}

/** Receives the messages of a source. */
export interface Sink<A extends InboundMessage = InboundMessage> {
  /**
   * Returns how many more messages from this partition may be delivered. If the number is 0 or less, the source pauses the
   * partition.
   */
  capacity(origin: SourcePartition): number;
  /** Registers a function that is called when a paused partition has capacity again, with the name of the partition. */
  onCapacity(wake: (partitionName: string) => void): void;
  deliver(inbounds: readonly A[]): void;
  /**
   * Suspends starts: no handler starts until {@link Sink.resumeStarts}. Resolves when messages in progress have ended and are
   * settled.
   */
  suspendStarts(): Promise<void>;
  resumeStarts(): void;
  /** Drops the waiting messages of partitions that no longer belong to this process. None of these messages runs again. */
  drop(origins: readonly SourcePartition[]): void;
}

/** The outcome of a message, as it is reported to the message's source. */
export interface Settlement<A extends InboundMessage = InboundMessage> {
  readonly inbound: A;
  readonly outcome: Ack | Retry;
}

/** The features that a source supports. The conformance suite selects its cases by these features. */
export interface SourceFeatures {
  /** Where a failed message waits. `source`: at the broker (the SQS visibility timeout). `lane`: in its lane (Kafka, FIFO). */
  readonly retry: 'source' | 'lane';
  /**
   * How many messages from a partition may wait in this process, in addition to those in progress. When this limit is reached, the
   * partition is paused. It resumes when the number of waiting messages has dropped to `resume`.
   */
  readonly ahead: { readonly max: number; readonly resume: number };
  /** How outcomes are sent to the broker: when `size` of them have collected, or `within` milliseconds after the first one. */
  readonly settle: { readonly size: number; readonly within: number };
}

/**
 * What a broker must implement to deliver messages to handlers.
 *
 * The contract: nothing is delivered before `start` or after `stopReceiving` has resolved. Every message is settled at most once,
 * and only after its handler has ended. A message that is never settled is delivered again, to this process or to another.
 */
export interface Source<A extends InboundMessage = InboundMessage> {
  readonly features: SourceFeatures;
  /** Starts delivering messages. If the broker is unavailable, waits for it. Rejects only if waiting cannot help. */
  start(sink: Sink<A>): Promise<void>;
  /**
   * Settles messages. `ack`: the message is done. `retry`: the message returns to the broker. This happens for a source with
   * `retry: 'source'`, and at shutdown. Returns no promise if no request is needed.
   */
  settle(entries: readonly Settlement<A>[]): Promise<void> | undefined;
  /**
   * Records how often a message has failed, so that the next commit stores the number. Called for each counted failure. A source
   * with the feature `retry: 'source'` can ignore the call, because its broker counts receives.
   */
  countFailure(inbound: A, failures: number): void;
  /**
   * Stops receiving messages. Resolves when no more messages will be delivered. A long poll is not aborted, because the messages
   * in its response would be lost.
   */
  stopReceiving(): Promise<void>;
  /**
   * Stops the source: sends the remaining settlements to the broker, and leaves the consumer group if there is one. Gives up when
   * `deadline` aborts.
   */
  stop(deadline: AbortSignal): Promise<void>;
  /** Reads the state of the source at its broker. Rejects with `TL_…_UNAVAILABLE` while the broker is unavailable. */
  inspect(): Promise<SourceState>;
  /**
   * Moves the partitions of a channel that are assigned to this process to another position. Waiting messages are dropped.
   * Messages in progress finish, but their results are not recorded. Returns the names of the moved partitions. This method is
   * absent if the broker has no positions.
   */
  seek?(channel: string, target: SeekTarget): Promise<readonly string[]>;
}

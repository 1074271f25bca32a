import type { Incoming } from 'throughline/tracing';
import type { SeekTarget, SourceState } from './source-state.js';
import type { Headers } from '#base';
import type { Ack, Retry } from './outcome.js';

/** The unit that a source can pause: a queue, or a partition of a topic. */
export interface SourcePartition {
  /** The channel's logical name. */
  readonly channel: string;
  /** Unique within its source. */
  readonly name: string;
}

/** A received message whose body has not been decoded yet. */
export interface InboundMessage {
  readonly origin: SourcePartition;
  /** The ordering key. Only one message of a lane runs at a time. `null` if the message has no order. */
  readonly lane: string | null;
  readonly id: string;
  /** The record's key or the FIFO group. */
  readonly key: string | null;
  /** The key's bytes. Absent where every key is text. */
  readonly rawKey?: Uint8Array | null;
  /** The bytes of the body. `null` is a Kafka tombstone. */
  readonly raw: Uint8Array | null;
  readonly headers: Headers;
  /**
   * Additional data of the broker, such as the types of attributes, as text that only its own transport reads. It is stored with
   * a dead letter at another broker, and restored by `Connection.redelivery`. Absent if there is none.
   */
  readonly details?: string | undefined;
  /** Its size in memory, in bytes. */
  readonly bytes: number;
  /** How many failed runs of this message the broker has counted. */
  readonly failures: number;
  readonly receivedAt: number;
  /** Aborts when the message no longer belongs to this process: its partition was revoked, or its visibility timeout expired. */
  readonly signal: AbortSignal;
  /**
   * Whether the message still belongs to this process, according to the clock. A message that was lost while the process was
   * suspended does not start. Absent: as long as `signal` has not aborted.
   */
  readonly isOurs?: boolean;
  readonly incoming: Incoming;
  /** The trace context of the message, if it is invalid. */
  readonly malformedContext: string | undefined;
  /** Called if the message is kept beyond the call that delivered it. It must then copy data that it shares. */
  detach?(): void;
}

/** Receives the messages of a source. */
export interface Sink<A extends InboundMessage = InboundMessage> {
  /** How many more messages of this partition may be delivered. If it is zero or less, the source pauses the partition. */
  capacity(origin: SourcePartition): number;
  /** `wake` is called with the name of each paused partition that has capacity again. */
  onCapacity(wake: (partitionName: string) => void): void;
  deliver(inbounds: readonly A[]): void;
  /** Starts nothing until {@link Sink.resumeStarts}. Resolves when messages in progress have ended and are settled. */
  suspendStarts(): Promise<void>;
  resumeStarts(): void;
  /** These partitions no longer belong to this process: waiting messages are dropped, and none of them runs again. */
  drop(origins: readonly SourcePartition[]): void;
}

/** The outcome of a message, for its source. */
export interface Settlement<A extends InboundMessage = InboundMessage> {
  readonly inbound: A;
  readonly outcome: Ack | Retry;
}

/** What a broker supports. The conformance suite selects its cases by this list. */
export interface SourceFeatures {
  /** Where a failed message waits: at the broker (the SQS visibility timeout), or in its lane (Kafka, FIFO). */
  readonly retry: 'source' | 'lane';
  /**
   * How many messages of a partition may wait in this process, beyond those in progress. When it is full, it resumes at `resume`.
   */
  readonly ahead: { readonly max: number; readonly resume: number };
  /** Settlements are sent to the broker in batches of `size`, or after `within` milliseconds. */
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
  /** Starts delivering. Waits for a broker that is unavailable, and rejects only if waiting cannot help. */
  start(sink: Sink<A>): Promise<void>;
  /**
   * `ack`: the message is done. `retry`: the message returns to the broker, with `retry: 'source'` and at shutdown. Returns no
   * promise if no request is needed.
   */
  settle(entries: readonly Settlement<A>[]): Promise<void> | undefined;
  /** With `retry: 'lane'`: records how often the message has failed. It is stored with the next commit. */
  countFailure(inbound: A, failures: number): void;
  /**
   * Stops receiving. Resolves when no more messages will be delivered. Does not abort a long poll, because that would lose its
   * messages.
   */
  stopReceiving(): Promise<void>;
  /** Sends the remaining settlements to the broker and leaves. Gives up when `deadline` aborts. */
  stop(deadline: AbortSignal): Promise<void>;
  /** Rejects with `TL_…_UNAVAILABLE` while the broker is unavailable. */
  inspect(): Promise<SourceState>;
  /**
   * Moves a channel's partitions in this process to another position. Waiting messages are dropped. Messages in progress finish,
   * but their result is not recorded. Returns the names of the moved partitions. Absent if the broker has no log.
   */
  seek?(channel: string, target: SeekTarget): Promise<readonly string[]>;
}

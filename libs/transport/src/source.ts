import type { Incoming } from 'throughline/tracing';
import type { SeekTarget, SourceState } from './source-state.js';
import type { Headers } from '#base';
import type { Ack, Retry } from './outcome.js';

/** What a source can hold back by itself: a queue, or a partition of a topic. */
export interface SourcePartition {
  /** The channel's logical name. */
  readonly channel: string;
  /** Unlike any other shard's of its source. */
  readonly name: string;
}

/** A message as it arrived, before anyone has looked into its body. */
export interface InboundMessage {
  readonly origin: SourcePartition;
  /** What keeps order: one message of a lane is at work at a time. `null` where it stands in no order. */
  readonly lane: string | null;
  readonly id: string;
  /** The record's key or the FIFO group. */
  readonly key: string | null;
  /** The key's bytes. Absent where every key is text. */
  readonly rawKey?: Uint8Array | null;
  /** The body's bytes; `null` is Kafka's tombstone. */
  readonly raw: Uint8Array | null;
  readonly headers: Headers;
  /**
   * What else its broker keeps of it (types of attributes, say), as text that only its own transport reads. It goes along with a
   * dead letter that is kept with another broker, and comes back by `Connection.redelivery`. Absent where there is nothing.
   */
  readonly details?: string | undefined;
  /** What it weighs in memory. */
  readonly bytes: number;
  /** The failed runs that its broker knows of. */
  readonly failures: number;
  readonly receivedAt: number;
  /** Aborts when the message is no longer ours: revoked, visibility lost. */
  readonly signal: AbortSignal;
  /**
   * Whether it is still this process' to handle, by the clock: what has lost that while the process stood still is not begun.
   * Absent: for as long as `signal` has not aborted.
   */
  readonly isOurs?: boolean;
  readonly incoming: Incoming;
  /** What it brought as a trace context that could not be read. */
  readonly malformedContext: string | undefined;
  /** Called where it stays for longer than the call that delivered it: what it has borrowed until then, it has to own. */
  detach?(): void;
}

/** Where a source puts what arrives. */
export interface Sink<A extends InboundMessage = InboundMessage> {
  /** How many more messages of this shard there is room for; zero or less says: hold it back. */
  capacity(origin: SourcePartition): number;
  /** `wake` is called with the name of each shard that there is room for again after it had to be held back. */
  onCapacity(wake: (partitionName: string) => void): void;
  deliver(inbounds: readonly A[]): void;
  /** Starts nothing any more until {@link Sink.resumeStarts}; resolves once what is at work has ended, and its source was told. */
  suspendStarts(): Promise<void>;
  resumeStarts(): void;
  /** These shards are no longer ours: what waits of them is forgotten, and nothing of them runs again. */
  drop(origins: readonly SourcePartition[]): void;
}

/** What one arrival has come to. */
export interface Settlement<A extends InboundMessage = InboundMessage> {
  readonly inbound: A;
  readonly outcome: Ack | Retry;
}

/** What a broker can and cannot do. One conformance suite tests them all by this list. */
export interface SourceFeatures {
  /** Where a failed message waits: with its broker (SQS' visibility timeout), or in its lane (Kafka, FIFO). */
  readonly retry: 'source' | 'lane';
  /** How many messages of a shard may wait here, beyond those at work; once full, it is asked for more at `resume`. */
  readonly ahead: { readonly max: number; readonly resume: number };
  /** Settlements go to the broker this many at a time, or after so many milliseconds. */
  readonly settle: { readonly size: number; readonly within: number };
}

/**
 * What a broker must be able to do to stand behind a handler. A third broker is one more implementation of this.
 *
 * The contract: nothing is delivered before `start` nor after `stopReceiving` has resolved; every arrival is settled at most once,
 * and only after its handler has ended; what is never settled is delivered again, to us or to another.
 */
export interface Source<A extends InboundMessage = InboundMessage> {
  readonly features: SourceFeatures;
  /** Begins to deliver. Waits for a broker that is away, and rejects only where waiting cannot help. */
  start(sink: Sink<A>): Promise<void>;
  /**
   * `ack`: done with. `retry`: back to the broker, for `retry: 'source'`, and for what a shutdown gives back. No promise where
   * nobody has to be asked.
   */
  settle(entries: readonly Settlement<A>[]): Promise<void> | undefined;
  /** `retry: 'lane'`: the arrival has failed so many times by now; stored with the next commit. */
  countFailure(inbound: A, failures: number): void;
  /** Stops taking messages; resolves once no more will come. Never aborts a long poll: that would lose its messages. */
  stopReceiving(): Promise<void>;
  /** Tells the broker what is still to be told, and leaves; until `deadline` aborts. */
  stop(deadline: AbortSignal): Promise<void>;
  /** Rejects with `TL_…_UNAVAILABLE` while the broker is away. */
  inspect(): Promise<SourceState>;
  /**
   * Reads a channel's shards on from elsewhere: what waits of them here is forgotten, what is at work ends and is not
   * remembered. Answers with the names of those that were moved: the ones that are assigned to this process. Absent where a
   * broker keeps no log.
   */
  seek?(channel: string, target: SeekTarget): Promise<readonly string[]>;
}

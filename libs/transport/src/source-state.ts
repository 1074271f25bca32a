/** The state of a source at its broker. */
export interface SourceState {
  /** Whether the broker responds and the source receives messages. */
  readonly isConnected: boolean;
  /** What is assigned to this process: the queue, or the topic partitions (`topic/0`). */
  readonly assigned: readonly string[];
  /** The number of unprocessed messages, in this process or at the broker, by the channel's logical name. */
  readonly lag: ReadonlyMap<string, number>;
}

/** Where to continue: at a point in time, or at an offset of one partition. */
export type SeekTarget =
  'earliest' | 'latest' | Date | { readonly partition: number; readonly offset: number };
